package dev.bourse.sdk.wasm;

import dev.bourse.sdk.TurnPiece;
import dev.bourse.sdk.spi.GuestTurnDecoder;
import java.util.ArrayList;
import java.util.List;

/** A {@code turn-decoder} handle. */
final class WasmTurnDecoder implements GuestTurnDecoder {
  /** The discriminant, and at 4 two strings. */
  private static final int EVENT_SIZE = 20;

  private final Arena arena;
  private final int handle;
  private boolean closed;

  WasmTurnDecoder(Arena arena, int model, boolean hasTools) {
    this.arena = arena;
    this.handle = InstructImports.turnDecoder(model, hasTools ? 1 : 0);
  }

  @Override
  public List<TurnPiece> feed(int... tokens) {
    arena.begin(4 * tokens.length + WasmTools.EVENT_BYTES);
    int list = arena.putInts(tokens);
    int result = arena.area(12, 4);
    int base = arena.open();
    InstructImports.feedTurn(handle, base + list, tokens.length, base + result);
    return pieces(result);
  }

  @Override
  public List<TurnPiece> finish() {
    arena.begin(WasmTools.EVENT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    InstructImports.finishTurn(handle, base + result);
    return pieces(result);
  }

  private List<TurnPiece> pieces(int result) {
    arena.checkOk(result);
    int count = arena.i32(result + 8);
    List<TurnPiece> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int event = arena.pointer(result + 4) + EVENT_SIZE * i;
      String text = arena.string(event + 4);
      pieces.add(
          switch (arena.u8(event)) {
            case 0 -> new TurnPiece.Text(text);
            case 1 -> new TurnPiece.Thought(text);
            default -> new TurnPiece.Call(text, arena.string(event + 12));
          });
    }
    return pieces;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      InstructImports.dropTurn(handle);
    }
  }
}
