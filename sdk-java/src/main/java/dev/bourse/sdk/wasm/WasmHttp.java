package dev.bourse.sdk.wasm;

import dev.bourse.sdk.HttpField;
import dev.bourse.sdk.HttpRequest;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestHttp;
import dev.bourse.sdk.spi.GuestResponse;
import java.nio.charset.StandardCharsets;

/** Requests to other hosts, through imports. */
record WasmHttp(Arena arena) implements GuestHttp {
  /** The case of {@code variant method} that carries a name. */
  private static final int METHOD_BY_NAME = 9;

  /** Bytes that one write sends; what WASI permits. */
  private static final int WRITE_BYTES_MAX = 4096;

  /** A {@code result} with an {@code error-code}, which is aligned to 8, and room to align it. */
  private static final int RESULT_BYTES = 40 + 4;

  /** An {@code option<result<result<…, error-code>>>}, and room to align it. */
  private static final int RESPONSE_BYTES = 56 + 4;

  /** {@code variant error-code}. */
  private static final String[] ERRORS = {
    "DNS_TIMEOUT",
    "DNS_ERROR",
    "DESTINATION_NOT_FOUND",
    "DESTINATION_UNAVAILABLE",
    "DESTINATION_IP_PROHIBITED",
    "DESTINATION_IP_UNROUTABLE",
    "CONNECTION_REFUSED",
    "CONNECTION_TERMINATED",
    "CONNECTION_TIMEOUT",
    "CONNECTION_READ_TIMEOUT",
    "CONNECTION_WRITE_TIMEOUT",
    "CONNECTION_LIMIT_REACHED",
    "TLS_PROTOCOL_ERROR",
    "TLS_CERTIFICATE_ERROR",
    "TLS_ALERT_RECEIVED",
    "HTTP_REQUEST_DENIED",
    "HTTP_REQUEST_LENGTH_REQUIRED",
    "HTTP_REQUEST_BODY_SIZE",
    "HTTP_REQUEST_METHOD_INVALID",
    "HTTP_REQUEST_URI_INVALID",
    "HTTP_REQUEST_URI_TOO_LONG",
    "HTTP_REQUEST_HEADER_SECTION_SIZE",
    "HTTP_REQUEST_HEADER_SIZE",
    "HTTP_REQUEST_TRAILER_SECTION_SIZE",
    "HTTP_REQUEST_TRAILER_SIZE",
    "HTTP_RESPONSE_INCOMPLETE",
    "HTTP_RESPONSE_HEADER_SECTION_SIZE",
    "HTTP_RESPONSE_HEADER_SIZE",
    "HTTP_RESPONSE_BODY_SIZE",
    "HTTP_RESPONSE_TRAILER_SECTION_SIZE",
    "HTTP_RESPONSE_TRAILER_SIZE",
    "HTTP_RESPONSE_TRANSFER_CODING",
    "HTTP_RESPONSE_CONTENT_CODING",
    "HTTP_RESPONSE_TIMEOUT",
    "HTTP_UPGRADE_FAILED",
    "HTTP_PROTOCOL_ERROR",
    "LOOP_DETECTED",
    "CONFIGURATION_ERROR",
    "INTERNAL_ERROR"
  };

  @Override
  public GuestResponse send(HttpRequest request) {
    int message = HttpImports.request(fields(request));
    boolean handled = false;
    try {
      head(message, request);
      int body = request.body().length == 0 ? -1 : body(message);
      handled = true;
      int future = handle(message, body);
      try {
        if (body >= 0) {
          write(body, request.body());
        }
        return WasmResponse.of(arena, response(future));
      } finally {
        HttpImports.dropFuture(future);
      }
    } finally {
      if (!handled) {
        HttpImports.dropRequest(message);
      }
    }
  }

  private int fields(HttpRequest request) {
    int fields = HttpImports.fields();
    for (HttpField field : request.fields()) {
      byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
      byte[] value = field.value().getBytes(StandardCharsets.ISO_8859_1);
      arena.begin(name.length + value.length + 8);
      int nameAt = arena.putBytes(name);
      int valueAt = arena.putBytes(value);
      int result = arena.area(2, 1);
      int base = arena.open();
      HttpImports.append(
          fields, base + nameAt, name.length, base + valueAt, value.length, base + result);
      if (arena.u8(result) != 0) {
        HttpImports.dropFields(fields);
        throw new InferletException("the header field " + field.name() + " may not be set so");
      }
    }
    return fields;
  }

  private void head(int message, HttpRequest request) {
    check(
        "method",
        request.method(),
        (at, length) -> HttpImports.setMethod(message, METHOD_BY_NAME, at, length));
    int _ = HttpImports.setScheme(message, 1, request.tls() ? 1 : 0, 0, 0);
    check(
        "host",
        request.authority(),
        (at, length) -> HttpImports.setAuthority(message, 1, at, length));
    check("path", request.path(), (at, length) -> HttpImports.setPath(message, 1, at, length));
  }

  /** Sets a text, and tells whether it may not be. Called with the arena open. */
  private interface Setter {
    int set(int text, int length);
  }

  private void check(String what, String text, Setter setter) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length);
    int at = arena.putBytes(utf8);
    int base = arena.open();
    if (setter.set(base + at, utf8.length) != 0) {
      throw new InferletException("\"" + text + "\" is no " + what + " of a request");
    }
  }

  private int body(int message) {
    int result = result();
    int base = arena.open();
    HttpImports.body(message, base + result);
    return arena.i32(result + 4);
  }

  private int handle(int message, int body) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int area = arena.area(RESULT_BYTES, 4);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    HttpImports.handle(message, 0, 0, base + result);
    if (arena.u8(result) != 0) {
      InferletException failure = failure(result + 8);
      if (body >= 0) {
        HttpImports.dropBody(body);
      }
      throw failure;
    }
    return arena.i32(result + 8);
  }

  /** What an {@code error-code} says. */
  private InferletException failure(int offset) {
    return new InferletException(ERRORS[arena.u8(offset)]);
  }

  /** A server that answers before it has read everything gets no more. */
  private void write(int body, byte[] bytes) {
    int opened = result();
    int base = arena.open();
    HttpImports.write(body, base + opened);
    int stream = arena.i32(opened + 4);
    int written = 0;
    while (written < bytes.length) {
      int count = Math.min(WRITE_BYTES_MAX, bytes.length - written);
      byte[] part = new byte[count];
      System.arraycopy(bytes, written, part, 0, count);
      arena.begin(count + 16);
      int partAt = arena.putBytes(part);
      int result = arena.area(12, 4);
      base = arena.open();
      HttpImports.blockingWrite(stream, base + partAt, count, base + result);
      if (arena.u8(result) != 0) {
        if (arena.u8(result + 4) == 0) {
          HttpImports.dropError(arena.i32(result + 8));
        }
        break;
      }
      written += count;
    }
    HttpImports.dropOutput(stream);
    if (written < bytes.length) {
      HttpImports.dropBody(body);
      return;
    }
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int area = arena.area(RESULT_BYTES, 4);
    base = arena.open();
    HttpImports.finish(body, 0, 0, base + arena.aligned(area, 8));
  }

  private int response(int future) {
    WasmRuntime.await(HttpImports.subscribe(future));
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int area = arena.area(RESPONSE_BYTES, 4);
    int base = arena.open();
    int option = arena.aligned(area, 8);
    HttpImports.get(future, base + option);
    if (arena.u8(option) == 0 || arena.u8(option + 8) != 0) {
      throw new IllegalStateException("the host reported a response but has none");
    }
    if (arena.u8(option + 16) != 0) {
      throw failure(option + 24);
    }
    return arena.i32(option + 24);
  }

  private int result() {
    arena.begin(16);
    return arena.area(8, 4);
  }
}
