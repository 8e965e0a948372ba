package dev.bourse.host.http;

import java.util.List;

/**
 * What a request begins with.
 *
 * @param method a token
 * @param path with the query; what is written as the request's target
 * @param fields without those of the connection, which are set when it is sent
 */
public record RequestHead(String method, Destination destination, String path, Fields fields) {
  private static final int PATH_MAX = 8000;

  /**
   * A request that may be written on the wire as it is.
   *
   * @throws IllegalArgumentException when something about it may not
   */
  public RequestHead {
    if (!Tokens.isToken(method) || method.equals("CONNECT")) {
      throw new IllegalArgumentException("not a method that is sent: " + method);
    }
    if (!Tokens.isPathWithQuery(path)) {
      throw new IllegalArgumentException("not a path with a query: " + path);
    }
  }

  /**
   * A request as its sender wants it.
   *
   * @throws HttpException when it may not be sent like that
   */
  public static RequestHead of(String method, Destination destination, String path, Fields fields)
      throws HttpException {
    if (path.length() > PATH_MAX) {
      throw new HttpException(
          HttpError.Code.HTTP_REQUEST_URI_TOO_LONG,
          "a path of %d characters, at most %d are sent".formatted(path.length(), PATH_MAX));
    }
    try {
      String target = path.isEmpty() ? "/" : path.startsWith("?") ? "/" + path : path;
      return new RequestHead(method, destination, target, fields);
    } catch (IllegalArgumentException e) {
      throw new HttpException(
          HttpError.Code.HTTP_REQUEST_METHOD_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The length of the body as its fields state it; -1 if they do not.
   *
   * @throws HttpException when they state more than one, or none that is a number
   */
  static long declaredLength(Fields fields) throws HttpException {
    List<String> values = fields.values("content-length");
    if (values.isEmpty()) {
      return -1;
    }
    String value = values.getFirst();
    boolean number =
        values.size() == 1
            && !value.isEmpty()
            && value.length() <= 18
            && value.chars().allMatch(c -> Tokens.isDigit((char) c));
    if (!number) {
      throw new HttpException(
          HttpError.Code.HTTP_REQUEST_BODY_SIZE,
          "content-length is %s, and must be one number".formatted(values));
    }
    return Long.parseLong(value);
  }
}
