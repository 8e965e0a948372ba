package dev.bourse.sdk.wasm;

import dev.bourse.sdk.spi.GuestMessages;
import dev.bourse.sdk.spi.GuestSubscription;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Queues and broadcasts, through imports. */
record WasmMessages(Arena arena) implements GuestMessages {

  @Override
  public void push(String topic, String message) {
    byte[] name = utf8(topic);
    byte[] text = utf8(message);
    arena.begin(name.length + text.length);
    int nameAt = arena.putBytes(name);
    int textAt = arena.putBytes(text);
    int base = arena.open();
    MessagingImports.push(base + nameAt, name.length, base + textAt, text.length);
  }

  @Override
  public String pull(String topic) {
    byte[] name = utf8(topic);
    arena.begin(name.length);
    int nameAt = arena.putBytes(name);
    int base = arena.open();
    return WasmRuntime.text(arena, MessagingImports.pull(base + nameAt, name.length));
  }

  @Override
  public void broadcast(String topic, String message) {
    byte[] name = utf8(topic);
    byte[] text = utf8(message);
    arena.begin(name.length + text.length);
    int nameAt = arena.putBytes(name);
    int textAt = arena.putBytes(text);
    int base = arena.open();
    MessagingImports.broadcast(base + nameAt, name.length, base + textAt, text.length);
  }

  @Override
  public GuestSubscription subscribe(String topic) {
    byte[] name = utf8(topic);
    arena.begin(name.length);
    int nameAt = arena.putBytes(name);
    int base = arena.open();
    return new WasmSubscription(arena, MessagingImports.subscribe(base + nameAt, name.length));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record WasmSubscription(Arena arena, int handle) implements GuestSubscription {

    @Override
    public Optional<String> poll() {
      arena.begin(WasmRuntime.MESSAGE_BYTES_MAX);
      int result = arena.area(12, 4);
      int base = arena.open();
      MessagingImports.get(handle, base + result);
      return arena.u8(result) == 1 ? Optional.of(arena.string(result + 4)) : Optional.empty();
    }

    @Override
    public String next() {
      WasmRuntime.await(MessagingImports.pollable(handle));
      return poll()
          .orElseThrow(() -> new IllegalStateException("the host reported a message but has none"));
    }

    @Override
    public void close() {
      MessagingImports.drop(handle);
    }
  }
}
