package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.spi.GuestMatcher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A matcher handle. */
final class WasmMatcher implements GuestMatcher {
  /** Room for the run lengths of a mask over the largest vocabularies in use. */
  private static final int MASK_BYTES = 4 * (320 << 10);

  /** Room for tokens that must come, or that close a text. */
  private static final int TOKENS_BYTES = 64 << 10;

  private final Arena arena;
  private final int handle;
  private boolean closed;

  WasmMatcher(Arena arena, int handle) {
    this.arena = arena;
    this.handle = handle;
  }

  static GuestMatcher of(Arena arena, int model, int tokenizer, Grammar grammar) {
    if (grammar instanceof Grammar.Calls(List<String> tools)) {
      return new WasmMatcher(arena, new WasmTools(arena, model).matcher(tools));
    }
    int source =
        switch (grammar) {
          case Grammar.JsonSchema(String schema) ->
              source(arena, schema, GrammarImports::fromJsonSchema);
          case Grammar.Json() -> GrammarImports.json();
          case Grammar.Regex(String expression) ->
              source(arena, expression, GrammarImports::fromRegex);
          case Grammar.Ebnf(String rules) -> source(arena, rules, GrammarImports::fromEbnf);
          case Grammar.Calls calls -> throw new IllegalStateException("handled above");
        };
    WasmMatcher matcher = new WasmMatcher(arena, GrammarImports.matcher(source, tokenizer));
    GrammarImports.dropGrammar(source);
    return matcher;
  }

  private interface Parse {
    void call(int text, int length, int result);
  }

  private static int source(Arena arena, String text, Parse parse) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    arena.begin(utf8.length + WasmRuntime.SHORT_TEXT_BYTES);
    int at = arena.putBytes(utf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    parse.call(base + at, utf8.length, base + result);
    return arena.handle(result);
  }

  int handle() {
    return handle;
  }

  @Override
  public void accept(int[] tokens) {
    arena.begin(4 * tokens.length + WasmRuntime.SHORT_TEXT_BYTES);
    int list = arena.putInts(tokens);
    int result = arena.area(12, 4);
    int base = arena.open();
    GrammarImports.accept(handle, base + list, tokens.length, base + result);
    arena.checkOk(result);
  }

  @Override
  public int[] nextTokenRuns() {
    arena.begin(MASK_BYTES);
    int result = arena.area(8, 4);
    int base = arena.open();
    GrammarImports.nextTokenMask(handle, base + result);
    return arena.ints(result);
  }

  @Override
  public boolean isTerminated() {
    return GrammarImports.isTerminated(handle) != 0;
  }

  @Override
  public boolean mayEnd() {
    return GrammarImports.mayEnd(handle) != 0;
  }

  @Override
  public void reset() {
    GrammarImports.reset(handle);
  }

  @Override
  public GuestMatcher fork() {
    return new WasmMatcher(arena, GrammarImports.fork(handle));
  }

  @Override
  public void rollback(int tokens) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    GrammarImports.rollback(handle, tokens, base + result);
    arena.checkOk(result);
  }

  @Override
  public int[] forcedTokens() {
    arena.begin(TOKENS_BYTES);
    int result = arena.area(8, 4);
    int base = arena.open();
    GrammarImports.forcedTokens(handle, base + result);
    return arena.ints(result);
  }

  @Override
  public Optional<int[]> closingTokens() {
    arena.begin(MASK_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    GrammarImports.closingTokens(handle, base + result);
    return arena.u8(result) == 0 ? Optional.empty() : Optional.of(arena.ints(result + 4));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      GrammarImports.drop(handle);
    }
  }
}
