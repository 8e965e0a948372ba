package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Price;
import dev.bourse.sdk.SnapshotInfo;
import dev.bourse.sdk.ToolDecoder;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import dev.bourse.sdk.spi.GuestAccount;
import dev.bourse.sdk.spi.GuestAdapter;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestMatcher;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestReasoningDecoder;
import dev.bourse.sdk.spi.GuestToolDecoder;
import dev.bourse.sdk.spi.GuestTurnDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A model, its tokenizer and its chat template, through imports. */
final class WasmModel implements GuestModel {
  /**
   * Room for what a chat template puts around a text: role markers, and the default system text of
   * some.
   */
  private static final int TEMPLATE_BYTES = 16 << 10;

  /** No vocabulary in use has a token whose text is longer. */
  private static final int TOKEN_BYTES_MAX = 512;

  private final Arena arena;
  private final int model;
  private final int tokenizer;
  private final WasmSnapshots snapshots;

  WasmModel(Arena arena, int model) {
    this.arena = arena;
    this.model = model;
    this.tokenizer = ModelImports.tokenizer(model);
    this.snapshots = new WasmSnapshots(arena);
  }

  @Override
  public GuestContext createContext() {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    ContextImports.create(model, base + result);
    return new WasmContext(arena, model, arena.handle(result));
  }

  @Override
  public GuestContext openContext(String name, Optional<ContextManifest> expected) {
    return new WasmContext(arena, model, snapshots.open(model, name, expected));
  }

  @Override
  public GuestContext takeContext(String name) {
    return new WasmContext(arena, model, snapshots.take(model, name));
  }

  @Override
  public void deleteSnapshot(String name) {
    snapshots.delete(model, name);
  }

  @Override
  public void fundSnapshot(String name, double credits) {
    new WasmMarket(arena).fund(model, name, credits);
  }

  @Override
  public OptionalDouble snapshotFunds(String name) {
    return new WasmMarket(arena).funds(model, name);
  }

  @Override
  public void renameSnapshot(String from, String to) {
    snapshots.rename(model, from, to);
  }

  @Override
  public boolean hasSnapshot(String name) {
    return snapshots.exists(model, name);
  }

  @Override
  public List<SnapshotInfo> snapshots() {
    return snapshots.list(model);
  }

  @Override
  public SnapshotInfo snapshot(String name) {
    return snapshots.describe(model, name);
  }

  @Override
  public Optional<ContextManifest> snapshotManifest(String name) {
    return snapshots.manifest(model, name);
  }

  @Override
  public RuntimeIdentity runtimeIdentity() {
    return snapshots.runtime(model);
  }

  @Override
  public int[] encode(String text) {
    return fill(text, (at, length, result) -> ModelImports.encode(tokenizer, at, length, result));
  }

  @Override
  public String decode(int[] tokens) {
    arena.begin((4 + TOKEN_BYTES_MAX) * tokens.length + WasmRuntime.SHORT_TEXT_BYTES);
    int list = arena.putInts(tokens);
    int result = arena.area(12, 4);
    int base = arena.open();
    ModelImports.decode(tokenizer, base + list, tokens.length, base + result);
    arena.checkOk(result);
    return arena.string(result + 4);
  }

  @Override
  public int[] system(String text) {
    return fill(text, (at, length, result) -> ModelImports.system(model, at, length, result));
  }

  @Override
  public int[] firstUser(String text) {
    return fill(text, (at, length, result) -> ModelImports.firstUser(model, at, length, result));
  }

  @Override
  public int[] user(String text) {
    return fill(text, (at, length, result) -> ModelImports.user(model, at, length, result));
  }

  @Override
  public int[] systemUser(String system, String user) {
    byte[] systemUtf8 = system.getBytes(StandardCharsets.UTF_8);
    byte[] userUtf8 = user.getBytes(StandardCharsets.UTF_8);
    arena.begin(roomFor(systemUtf8.length + userUtf8.length));
    int systemAt = arena.putBytes(systemUtf8);
    int userAt = arena.putBytes(userUtf8);
    int result = arena.area(8, 4);
    int base = arena.open();
    ModelImports.systemUser(
        model, base + systemAt, systemUtf8.length, base + userAt, userUtf8.length, base + result);
    return arena.ints(result);
  }

  @Override
  public int[] assistant(String text) {
    return fill(text, (at, length, result) -> ModelImports.assistant(model, at, length, result));
  }

  @Override
  public int[] cue() {
    int result = list();
    int base = arena.open();
    ModelImports.cue(model, base + result);
    return arena.ints(result);
  }

  @Override
  public int[] seal() {
    int result = list();
    int base = arena.open();
    ModelImports.seal(model, base + result);
    return arena.ints(result);
  }

  @Override
  public int[] equip(Optional<String> system, List<String> tools) {
    return new WasmTools(arena, model).equip(system, tools);
  }

  @Override
  public int[] answer(String name, String value) {
    return new WasmTools(arena, model).answer(name, value);
  }

  @Override
  public Optional<GuestAdapter> openAdapter(String name) {
    return WasmAdapter.open(arena, model, name);
  }

  @Override
  public GuestAdapter createAdapter(String name) {
    return WasmAdapter.create(arena, model, name);
  }

  @Override
  public GuestToolDecoder toolDecoder() {
    return new WasmTools(arena, model).toolDecoder();
  }

  @Override
  public int[] calling(String text, List<ToolDecoder.Call> calls) {
    return new WasmTools(arena, model).calling(text, calls);
  }

  @Override
  public GuestTurnDecoder turnDecoder(boolean hasTools) {
    return new WasmTurnDecoder(arena, model, hasTools);
  }

  @Override
  public GuestReasoningDecoder reasoningDecoder() {
    return new WasmTools(arena, model).reasoningDecoder();
  }

  @Override
  public GuestMatcher matcher(Grammar grammar) {
    return WasmMatcher.of(arena, model, tokenizer, grammar);
  }

  @Override
  public int[] stopTokens() {
    int result = list();
    int base = arena.open();
    ModelImports.stopTokens(model, base + result);
    return arena.ints(result);
  }

  @Override
  public GuestAccount account() {
    return new WasmMarket(arena).account(model);
  }

  @Override
  public List<Price> prices(int steps) {
    return new WasmMarket(arena).prices(model, steps);
  }

  /**
   * An import that turns a text into token ids. Called with the arena open: it must not allocate.
   */
  private interface TextToTokens {
    void call(int text, int length, int result);
  }

  private int[] fill(String text, TextToTokens tokens) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    arena.begin(roomFor(utf8.length));
    int at = arena.putBytes(utf8);
    int result = arena.area(8, 4);
    int base = arena.open();
    tokens.call(base + at, utf8.length, base + result);
    return arena.ints(result);
  }

  /** The text, and at most one four-byte token id for each of its bytes. */
  private static int roomFor(int utf8Length) {
    return 5 * utf8Length + TEMPLATE_BYTES;
  }

  private int list() {
    arena.begin(TEMPLATE_BYTES);
    return arena.area(8, 4);
  }
}
