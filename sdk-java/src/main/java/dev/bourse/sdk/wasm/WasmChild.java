package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Budget;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestChild;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A child, through imports. */
final class WasmChild implements GuestChild {
  private final Arena arena;
  private final int child;

  private WasmChild(Arena arena, int child) {
    this.arena = arena;
    this.child = child;
  }

  static WasmChild launch(Arena arena, String program, String input, @Nullable Budget budget) {
    byte[] name = program.getBytes(StandardCharsets.UTF_8);
    byte[] json = input.getBytes(StandardCharsets.UTF_8);
    arena.begin(name.length + json.length + WasmRuntime.SHORT_TEXT_BYTES);
    int nameText = arena.putBytes(name);
    int jsonText = arena.putBytes(json);
    int result = arena.area(12, 4);
    int base = arena.open();
    if (budget == null) {
      LaunchImports.launch(
          base + nameText, name.length, base + jsonText, json.length, base + result);
    } else {
      LaunchImports.launchWithBudget(
          base + nameText,
          name.length,
          base + jsonText,
          json.length,
          budget.credits(),
          budget.endowment(),
          budget.tokens().isPresent() ? 1 : 0,
          budget.tokens().orElse(0),
          base + result);
    }
    return new WasmChild(arena, arena.handle(result));
  }

  @Override
  public String pid() {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(8, 4);
    int base = arena.open();
    LaunchImports.pid(child, base + result);
    return arena.string(result);
  }

  @Override
  public boolean isDone() {
    int pollable = LaunchImports.pollable(child);
    boolean ready = LaunchImports.ready(pollable) != 0;
    RuntimeImports.dropPollable(pollable);
    return ready;
  }

  @Override
  public String result() {
    WasmRuntime.await(LaunchImports.pollable(child));
    arena.begin(WasmRuntime.MESSAGE_BYTES_MAX);
    int result = arena.area(16, 4);
    int base = arena.open();
    LaunchImports.get(child, base + result);
    if (arena.u8(result) == 0) {
      throw new IllegalStateException("the host reported a child as ended but has no result");
    }
    String text = arena.string(result + 8);
    if (arena.u8(result + 4) != 0) {
      throw new InferletException(text);
    }
    return text;
  }

  @Override
  public void cancel() {
    LaunchImports.cancel(child);
  }

  @Override
  public void detach() {
    LaunchImports.drop(child);
  }
}
