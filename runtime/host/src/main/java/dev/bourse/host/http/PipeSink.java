package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.wasi.ByteSink;
import dev.bourse.host.wasi.IoError;
import dev.bourse.host.wasi.StreamException;

/** The stream by which a guest writes a body. */
final class PipeSink implements ByteSink {
  private final BodyPipe pipe;
  private final long declared;
  private long written;
  private boolean open;

  /**
   * A stream into {@code pipe}.
   *
   * @param declared bytes that it will take, no more and no less; -1 for any number
   */
  PipeSink(BodyPipe pipe, long declared) {
    this.pipe = pipe;
    this.declared = declared;
  }

  void open(InferletProcess process) {
    open = true;
    pipe.onWritable(process::wake);
  }

  @Override
  public int room() throws StreamException {
    if (pipe.isCancelled() || !open) {
      throw StreamException.closed();
    }
    return pipe.room();
  }

  @Override
  public void write(byte[] bytes) throws StreamException {
    if (declared >= 0 && written + bytes.length > declared) {
      HttpError error =
          new HttpError(
              Code.HTTP_REQUEST_BODY_SIZE,
              "a body of more than the %d bytes that content-length states".formatted(declared));
      pipe.fail(error);
      throw StreamException.failed(new IoError(error.toString(), error));
    }
    written += bytes.length;
    pipe.write(bytes);
  }

  @Override
  public boolean isFlushed() {
    return pipe.isDrained();
  }

  @Override
  public boolean isReady() {
    return pipe.isCancelled() || pipe.room() > 0;
  }

  @Override
  public void close() {
    open = false;
  }

  boolean isOpen() {
    return open;
  }

  /** Whether as much was written as was declared. */
  boolean isWhole() {
    return declared < 0 || declared == written;
  }

  long written() {
    return written;
  }
}
