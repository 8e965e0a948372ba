package dev.bourse.sdk.wasm;

import dev.bourse.sdk.spi.GuestAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An adapter handle. */
record WasmAdapter(Arena arena, int handle) implements GuestAdapter {

  /** A call with a text. Called with the arena open: it must not allocate. */
  private interface Call {
    void run(int text, int length, int result);
  }

  /** Returns where the result is: a discriminant, then at 4 a handle or an error. */
  private static int call(Arena arena, String text, Call call) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length + WasmRuntime.SHORT_TEXT_BYTES);
    int at = arena.putBytes(utf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    call.run(base + at, utf8.length, base + result);
    return result;
  }

  static GuestAdapter create(Arena arena, int model, String name) {
    int result =
        call(arena, name, (at, length, to) -> AdapterImports.create(model, at, length, to));
    return new WasmAdapter(arena, arena.handle(result));
  }

  static Optional<GuestAdapter> open(Arena arena, int model, String name) {
    int result = call(arena, name, (at, length, to) -> AdapterImports.open(model, at, length, to));
    return arena.u8(result) == 0
        ? Optional.empty()
        : Optional.of(new WasmAdapter(arena, arena.i32(result + 4)));
  }

  @Override
  public void load(String path) {
    arena.checkOk(
        call(arena, path, (at, length, to) -> AdapterImports.load(handle, at, length, to)));
  }

  @Override
  public void save(String path) {
    arena.checkOk(
        call(arena, path, (at, length, to) -> AdapterImports.save(handle, at, length, to)));
  }

  @Override
  public GuestAdapter fork(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length);
    int at = arena.putBytes(utf8);
    int base = arena.open();
    return new WasmAdapter(arena, AdapterImports.fork(handle, base + at, utf8.length));
  }

  @Override
  public void destroy() {
    AdapterImports.destroy(handle);
  }

  @Override
  public void close() {
    AdapterImports.drop(handle);
  }
}
