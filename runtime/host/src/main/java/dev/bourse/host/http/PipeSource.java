package dev.bourse.host.http;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.wasi.ByteSource;
import dev.bourse.host.wasi.IoError;
import dev.bourse.host.wasi.StreamException;

/** The stream by which a guest reads a body. */
final class PipeSource implements ByteSource {
  private final BodyPipe pipe;
  private boolean open = true;

  PipeSource(InferletProcess process, BodyPipe pipe) {
    this.pipe = pipe;
    pipe.onReadable(process::wake);
  }

  @Override
  public byte[] read(int max) throws StreamException {
    byte[] bytes = pipe.read(max);
    if (bytes.length > 0) {
      return bytes;
    }
    if (pipe.failure().isPresent()) {
      HttpError error = pipe.failure().get();
      throw StreamException.failed(new IoError(error.toString(), error));
    }
    if (pipe.atEnd() || pipe.isCancelled()) {
      throw StreamException.closed();
    }
    return bytes;
  }

  @Override
  public boolean isReady() {
    return pipe.isReady();
  }

  @Override
  public void close() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }
}
