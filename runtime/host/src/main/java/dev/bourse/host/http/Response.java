package dev.bourse.host.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a response begins with, and its body as it comes.
 *
 * @param status 100 … 999
 */
public record Response(int status, Fields fields, BodyPipe body) {

  /** A short text. */
  public static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text);
  }

  /**
   * A short body.
   *
   * @param text of less than {@link BodyPipe#CAPACITY} bytes
   */
  public static Response of(int status, String contentType, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Fields fields = new Fields();
    try {
      fields.set("content-type", List.of(contentType));
      fields.set("content-length", List.of(Integer.toString(bytes.length)));
    } catch (FieldException e) {
      throw new IllegalArgumentException(e);
    }
    BodyPipe body = new BodyPipe();
    body.write(bytes);
    body.end(new Fields());
    return new Response(status, fields, body);
  }
}
