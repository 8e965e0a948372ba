package dev.bourse.sdk.wasm;

import dev.bourse.sdk.HttpField;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A response, its body and the stream out of it. */
final class WasmResponse implements GuestResponse {
  /** Room for the header fields; hosts bound them. */
  private static final int FIELDS_BYTES_MAX = 128 << 10;

  /** What one read gives at most. */
  private static final int READ_BYTES_MAX = 32 << 10;

  private final Arena arena;
  private final int response;
  private final int body;
  private final int stream;
  private boolean ended;

  private WasmResponse(Arena arena, int response, int body, int stream) {
    this.arena = arena;
    this.response = response;
    this.body = body;
    this.stream = stream;
  }

  static WasmResponse of(Arena arena, int response) {
    arena.begin(16);
    int result = arena.area(8, 4);
    int base = arena.open();
    HttpImports.consume(response, base + result);
    int body = arena.i32(result + 4);
    HttpImports.stream(body, base + result);
    return new WasmResponse(arena, response, body, arena.i32(result + 4));
  }

  @Override
  public int status() {
    return HttpImports.status(response);
  }

  @Override
  public List<HttpField> fields() {
    int handle = HttpImports.headers(response);
    arena.begin(FIELDS_BYTES_MAX);
    int result = arena.area(8, 4);
    int base = arena.open();
    HttpImports.entries(handle, base + result);
    HttpImports.dropFields(handle);
    int first = arena.pointer(result);
    int count = arena.i32(result + 4);
    List<HttpField> fields = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String value = new String(arena.bytes(first + 16 * i + 8), StandardCharsets.ISO_8859_1);
      fields.add(new HttpField(arena.string(first + 16 * i), value));
    }
    return fields;
  }

  @Override
  public byte[] read() {
    if (ended) {
      return new byte[0];
    }
    arena.begin(READ_BYTES_MAX + 64);
    int result = arena.area(12, 4);
    int base = arena.open();
    HttpImports.blockingRead(stream, READ_BYTES_MAX, base + result);
    if (arena.u8(result) == 0) {
      return arena.bytes(result + 4);
    }
    ended = true;
    if (arena.u8(result + 4) != 0) {
      return new byte[0];
    }
    throw new InferletException(description(arena.i32(result + 8)));
  }

  private String description(int error) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(8, 4);
    int base = arena.open();
    HttpImports.describe(error, base + result);
    HttpImports.dropError(error);
    return arena.string(result);
  }

  @Override
  public void close() {
    HttpImports.dropInput(stream);
    HttpImports.dropIncoming(body);
    HttpImports.dropResponse(response);
  }
}
