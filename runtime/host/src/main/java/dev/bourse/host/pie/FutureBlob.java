package dev.bourse.host.pie;

import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.process.Mailbox;
import dev.bourse.host.process.Tally;

/**
 * Bytes that are still to come.
 *
 * @param futures those that the guest has
 */
record FutureBlob(Mailbox<byte[]>.Request request, Tally futures) {
  static final ResourceType<FutureBlob> TYPE =
      ResourceType.of("future-blob", FutureBlob.class, FutureBlob::close);

  private void close() {
    request.close();
    futures.giveBack(1);
  }
}
