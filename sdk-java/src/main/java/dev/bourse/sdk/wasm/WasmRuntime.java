package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Budget;
import dev.bourse.sdk.spi.GuestChild;
import dev.bourse.sdk.spi.GuestHttp;
import dev.bourse.sdk.spi.GuestMcp;
import dev.bourse.sdk.spi.GuestMessages;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestRuntime;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The process and its client, through imports. */
final class WasmRuntime implements GuestRuntime {
  /** Room for short texts that the host returns: names, ids, error messages. */
  static final int SHORT_TEXT_BYTES = 8 << 10;

  /** The longest message that can be received. */
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  /** The longest file that can be received from the client. */
  private static final int FILE_BYTES_MAX = 8 << 20;

  private final Arena arena;

  WasmRuntime(Arena arena) {
    this.arena = arena;
  }

  @Override
  public String input() {
    int length = EntryImports.inputLength();
    arena.begin(length + 8);
    int span = arena.area(8, 4);
    int text = arena.area(length, 1);
    int base = arena.open();
    EntryImports.inputRead(base + text);
    arena.storeInt(span, base + text);
    arena.storeInt(span + 4, length);
    return arena.string(span);
  }

  void succeed(String result) {
    byte[] utf8 = result.getBytes(StandardCharsets.UTF_8);
    int text = put(utf8, 0);
    int base = arena.open();
    EntryImports.resultOk(base + text, utf8.length);
  }

  void fail(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    int text = put(utf8, 0);
    int base = arena.open();
    EntryImports.resultError(base + text, utf8.length);
  }

  @Override
  public void send(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    int text = put(utf8, 0);
    int base = arena.open();
    RuntimeImports.send(base + text, utf8.length);
  }

  @Override
  public String receive() {
    return text(arena, RuntimeImports.receive());
  }

  @Override
  public Optional<String> poll() {
    int future = RuntimeImports.receive();
    Optional<String> message = ready(arena, future);
    // A message that comes between the two calls stays the next one.
    RuntimeImports.dropFutureString(future);
    return message;
  }

  /** Waits for the text of a future, and drops it. */
  static String text(Arena arena, int future) {
    await(RuntimeImports.futureStringPollable(future));
    String message = ready(arena, future).orElseThrow(WasmRuntime::notReady);
    RuntimeImports.dropFutureString(future);
    return message;
  }

  private static Optional<String> ready(Arena arena, int future) {
    arena.begin(MESSAGE_BYTES_MAX);
    int result = arena.area(12, 4);
    int base = arena.open();
    RuntimeImports.futureStringGet(future, base + result);
    return arena.u8(result) == 1 ? Optional.of(arena.string(result + 4)) : Optional.empty();
  }

  @Override
  public void sendFile(byte[] file) {
    int bytes = put(file, 0);
    int base = arena.open();
    RuntimeImports.sendFile(base + bytes, file.length);
  }

  @Override
  public byte[] receiveFile() {
    int future = RuntimeImports.receiveFile();
    await(RuntimeImports.futureBlobPollable(future));
    arena.begin(FILE_BYTES_MAX);
    int result = arena.area(12, 4);
    int base = arena.open();
    RuntimeImports.futureBlobGet(future, base + result);
    if (arena.u8(result) != 1) {
      throw notReady();
    }
    byte[] file = arena.bytes(result + 4);
    RuntimeImports.dropFutureBlob(future);
    return file;
  }

  private static IllegalStateException notReady() {
    return new IllegalStateException("the host reported a value as ready but has none");
  }

  @Override
  public GuestHttp http() {
    return new WasmHttp(arena);
  }

  @Override
  public GuestMcp mcp() {
    return new WasmMcp(arena);
  }

  @Override
  public GuestMessages messages() {
    return new WasmMessages(arena);
  }

  @Override
  public String version() {
    int result = shortText();
    int base = arena.open();
    RuntimeImports.version(base + result);
    return arena.string(result);
  }

  @Override
  public boolean isStopping() {
    return RuntimeImports.stopping() != 0;
  }

  @Override
  public String instanceId() {
    int result = shortText();
    int base = arena.open();
    RuntimeImports.instanceId(base + result);
    return arena.string(result);
  }

  @Override
  public String username() {
    int result = shortText();
    int base = arena.open();
    RuntimeImports.username(base + result);
    return arena.string(result);
  }

  @Override
  public List<String> models() {
    int result = shortText();
    int base = arena.open();
    RuntimeImports.models(base + result);
    return arena.strings(result);
  }

  @Override
  public GuestChild launch(String program, String input, @Nullable Budget budget) {
    return WasmChild.launch(arena, program, input, budget);
  }

  @Override
  public GuestModel model(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    int text = put(utf8, SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    ModelImports.load(base + text, utf8.length, base + result);
    return new WasmModel(arena, arena.handle(result));
  }

  /** Waits until a pollable is ready, and drops it. */
  static void await(int pollable) {
    RuntimeImports.block(pollable);
    RuntimeImports.dropPollable(pollable);
  }

  private int put(byte[] utf8, int room) {
    arena.begin(utf8.length + room);
    return arena.putBytes(utf8);
  }

  private int shortText() {
    arena.begin(SHORT_TEXT_BYTES);
    return arena.area(8, 4);
  }
}
