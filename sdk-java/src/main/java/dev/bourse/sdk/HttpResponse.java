package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A response. Its body is read as it comes; who does not read slows the server down. */
public final class HttpResponse implements AutoCloseable {
  private final GuestResponse guest;
  private boolean closed;

  HttpResponse(GuestResponse guest) {
    this.guest = guest;
  }

  /** 200, 404, … */
  public int status() {
    return guest.status();
  }

  /** The header fields, in their order. */
  public List<HttpField> fields() {
    return guest.fields();
  }

  /** The first value of a header field. */
  public Optional<String> header(String name) {
    return fields().stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(HttpField::value)
        .findFirst();
  }

  /**
   * Waits for the next bytes of the body.
   *
   * @return none at its end
   * @throws InferletException if it breaks off
   */
  public byte[] read() {
    if (closed) {
      throw new IllegalStateException("this response is closed");
    }
    return guest.read();
  }

  /** The rest of the body. */
  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] some = read(); some.length > 0; some = read()) {
      all.write(some, 0, some.length);
    }
    return all.toByteArray();
  }

  /** The rest of the body, which is UTF-8. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** Gives up what was not read; idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.close();
    }
  }
}
