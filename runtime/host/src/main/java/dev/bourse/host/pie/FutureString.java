package dev.bourse.host.pie;

import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.process.Mailbox;
import dev.bourse.host.process.Tally;

/**
 * Text that is still to come.
 *
 * @param onDrop ends the request, so that no message goes to a receiver that no longer exists
 * @param futures those that the guest has
 */
record FutureString(Mailbox<String>.Request request, Runnable onDrop, Tally futures) {
  static final ResourceType<FutureString> TYPE =
      ResourceType.of("future-string", FutureString.class, FutureString::close);

  private void close() {
    onDrop.run();
    futures.giveBack(1);
  }
}
