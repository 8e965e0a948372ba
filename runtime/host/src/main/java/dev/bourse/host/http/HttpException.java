package dev.bourse.host.http;

/** An exchange that failed. */
public final class HttpException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient HttpError error;

  public HttpException(HttpError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  public HttpException(HttpError.Code code, String message) {
    this(new HttpError(code, message));
  }

  public HttpError error() {
    return error;
  }
}
