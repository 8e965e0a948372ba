package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Adapter;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.Model;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import dev.bourse.model.lora.LoraWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters and the search for them, as a guest calls them that was written by hand. */
class AdapterCallsTest {
  private static final int MODEL = 900;
  private static final int CONTEXT = 904;
  private static final int PASS = 908;
  private static final int ADAPTER = 912;
  private static final int OUTPUT = 960;

  private static final int NAME = 100;
  private static final int FILE = 120;
  private static final int MISSING = 140;
  private static final int SCORES = 200;
  private static final int SEEDS = 208;
  private static final int ZERO = 256;

  @TempDir private static Path folder;
  private static Model model;
  private static LoraAdapter style;
  private static Engine engine;
  private static InferletHost host;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    style = style(model.config());
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.write(shared.resolve("one.gguf"), LoraWriter.gguf(style, model.config()));
    engine = Engine.start(model, EngineConfig.defaults(1024).withAdapters(folder));
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty());
  }

  static LoraAdapter style(ModelConfig config) {
    Random random = new Random(3);
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      float[] a = new float[4 * Projection.DOWN.columns(config)];
      float[] b = new float[4 * Projection.DOWN.rows(config)];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) random.nextGaussian() * 0.2f;
      }
      for (int i = 0; i < b.length; i++) {
        b[i] = (float) random.nextGaussian() * 0.2f;
      }
      layers.add(Map.of(Projection.DOWN, new LowRank(4, 1, a, b)));
    }
    return LoraAdapter.of(config, layers);
  }

  @AfterAll
  static void stop() {
    host.close();
    engine.close();
    model.close();
  }

  @AfterEach
  void nothingIsLeft() {
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    destroyNames();
  }

  private static void destroyNames() {
    for (String name : List.of("style", "twin!")) {
      engine.adapters().open(Engine.LOCAL_USER, name).ifPresent(Adapter::destroy);
    }
  }

  /** What greedy decoding gives after token 1. */
  private static int token(Optional<LoraAdapter> adapter) throws Exception {
    try (EngineProcess process = engine.openProcess("expected")) {
      var context = process.newContext();
      context.reserveWorkingPages(1);
      ForwardRequest.Builder request =
          ForwardRequest.builder()
              .input(new int[] {1}, new int[] {0})
              .read(new Sampler.Multinomial(0, 0), 0);
      adapter.ifPresent(request::adapter);
      Slot slot = context.forward(request.build()).get().slots().getFirst();
      return ((Slot.Token) slot).id();
    }
  }

  /** A guest with a model, a context, a pass of token 1 that draws greedily, and an adapter. */
  private static Wasm guest(String code) {
    ByteBuffer numbers = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putFloat(1).putFloat(2).putLong(5).putLong(-6);
    return new Wasm()
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .imports("pie:core/model", "[static]model.load", "i32 i32 i32", "")
        .imports("pie:core/context", "[static]context.create", "i32 i32", "")
        .imports("pie:core/context", "[method]context.reserve-working-pages", "i32 i32 i32", "")
        .imports("pie:core/inference", "[constructor]forward-pass", "i32", "i32")
        .imports("pie:core/inference", "[method]forward-pass.context", "i32 i32", "")
        .imports(
            "pie:core/inference", "[method]forward-pass.input-tokens", "i32 i32 i32 i32 i32", "")
        .imports(
            "pie:core/inference", "[method]forward-pass.sampler", "i32 i32 i32 i32 i32 i32 f32", "")
        .imports("pie:core/inference", "[method]forward-pass.adapter", "i32 i32", "")
        .imports("pie:core/inference", "[method]forward-pass.execute", "i32 i32", "")
        .imports("pie:core/inference", "[method]future-output.pollable", "i32", "i32")
        .imports("wasi:io/poll@0.2.0", "[method]pollable.block", "i32", "")
        .imports("pie:core/inference", "[method]future-output.get", "i32 i32", "")
        .imports("pie:core/adapter", "[static]adapter.create", "i32 i32 i32 i32", "")
        .imports("pie:core/adapter", "[static]adapter.open", "i32 i32 i32 i32", "")
        .imports("pie:core/adapter", "[method]adapter.fork", "i32 i32 i32", "i32")
        .imports("pie:core/adapter", "[method]adapter.destroy", "i32", "")
        .imports("pie:core/adapter", "[method]adapter.load", "i32 i32 i32 i32", "")
        .imports("pie:core/adapter", "[method]adapter.save", "i32 i32 i32 i32", "")
        .imports("pie:core/adapter", "[resource-drop]adapter", "i32", "")
        .imports("pie:zo/zo", "adapter-seed", "i32 i64", "")
        .imports("pie:zo/zo", "initialize", "i32 i32 f32 i32 f32 f32 i32", "")
        .imports("pie:zo/zo", "update", "i32 i32 i32 i32 i32 f32 i32", "")
        .memory(1, 1)
        .bumpAllocator()
        .data(0, "pocket")
        .data(NAME, "style")
        .data(NAME + 10, "twin!")
        .data(FILE, "one.gguf")
        .data(MISSING, "../../x")
        .data(SCORES, numbers.array())
        .data(512, new byte[] {1, 0, 0, 0})
        .function(
            "_start",
            "",
            "",
            "i32.const 0 i32.const 6 i32.const 16 call 1"
                + store(MODEL, "i32.const 20 i32.load")
                + load(MODEL)
                + " i32.const 16 call 2"
                + store(CONTEXT, "i32.const 20 i32.load")
                + load(CONTEXT)
                + " i32.const 1 i32.const 16 call 3"
                + store(PASS, load(MODEL) + " call 4")
                + load(PASS)
                + load(CONTEXT)
                + " call 5"
                + load(PASS)
                + " i32.const 512 i32.const 1 i32.const %d i32.const 1 call 6".formatted(ZERO)
                + load(PASS)
                + " i32.const %d i32.const 1 i32.const 0 i32.const 0 i32.const 0 f32.const 0 call 7"
                    .formatted(ZERO)
                + load(MODEL)
                + text(NAME, 5)
                + " i32.const 16 call 13"
                + expectByte(16, 0)
                + store(ADAPTER, "i32.const 20 i32.load")
                + code
                + " i32.const 0 i32.const 0 call 0");
  }

  private static String store(int address, String value) {
    return " i32.const " + address + " " + value + " i32.store";
  }

  private static String load(int address) {
    return " i32.const " + address + " i32.load";
  }

  private static String text(int address, int length) {
    return " i32.const %d i32.const %d".formatted(address, length);
  }

  private static String expectByte(int address, int value) {
    return " i32.const %d i32.load8_u i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  /** The result at 16 is an error that begins so. */
  private static String refused(String reason) {
    StringBuilder code = new StringBuilder(expectByte(16, 1));
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      code.append(" i32.const 20 i32.load i32.const %d i32.add i32.load8_u".formatted(i));
      code.append(" i32.const %d i32.ne if unreachable end".formatted((int) bytes[i]));
    }
    return code.toString();
  }

  private static final String LOADED =
      load(ADAPTER) + text(FILE, 8) + " i32.const 16 call 17" + expectByte(16, 0);

  private static final String ATTACHED = load(PASS) + load(ADAPTER) + " call 8";

  private static final String SEARCHED =
      load(ADAPTER)
          + " i32.const 2 f32.const 4 i32.const 2 f32.const 0.5 f32.const 0.5 i32.const 16 call 21";

  /** Runs the pass, whose one token must be this one. */
  private static String draws(int token) {
    return load(PASS)
        + " i32.const 16 call 9"
        + expectByte(16, 0)
        + " i32.const 20 i32.load call 10 call 11"
        + " i32.const 20 i32.load i32.const "
        + OUTPUT
        + " call 12"
        + load(OUTPUT + 4)
        + " i32.const 4 i32.add i32.load i32.const "
        + token
        + " i32.ne if unreachable end";
  }

  private static void passes(Wasm guest) throws Exception {
    destroyNames();
    TestHosts.result(TestHosts.run(host, guest));
  }

  private static void traps(Wasm guest, String message) throws Exception {
    destroyNames();
    Failed failed = TestHosts.failure(TestHosts.run(host, guest));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains(message);
  }

  @Test
  void aPassIsComputedWithItsAdapter() throws Exception {
    int plain = token(Optional.empty());
    int styled = token(Optional.of(style));
    assertThat(styled).isNotEqualTo(plain);
    passes(guest(draws(plain)));
    passes(guest(LOADED + draws(plain)));
    passes(guest(ATTACHED + draws(plain)));
    passes(guest(LOADED + ATTACHED + draws(styled)));
  }

  @Test
  void namesStayWhenHandlesAreDropped() throws Exception {
    String drop = load(ADAPTER) + " call 19";
    String open =
        load(MODEL)
            + text(NAME, 5)
            + " i32.const 16 call 14"
            + expectByte(16, 1)
            + store(ADAPTER, "i32.const 20 i32.load");
    int styled = token(Optional.of(style));
    passes(guest(LOADED + drop + open + ATTACHED + draws(styled)));
    String twin = load(ADAPTER) + text(NAME + 10, 5) + " call 15";
    passes(guest(LOADED + store(ADAPTER, twin) + ATTACHED + draws(styled)));
    String destroy = load(ADAPTER) + " call 16";
    String gone = load(MODEL) + text(NAME, 5) + " i32.const 16 call 14" + expectByte(16, 0);
    passes(guest(destroy + gone + drop));
    passes(
        guest(
            destroy
                + load(ADAPTER)
                + text(FILE, 8)
                + " i32.const 16 call 17"
                + refused("adapter \"style\" was destroyed")));
  }

  @Test
  void errorsAreTold() throws Exception {
    passes(
        guest(
            load(MODEL)
                + text(NAME, 5)
                + " i32.const 16 call 13"
                + refused("there is an adapter \"style\" already")));
    passes(
        guest(
            load(ADAPTER)
                + text(MISSING, 7)
                + " i32.const 16 call 17"
                + refused("\"../../x\" is no path of an adapter")));
    passes(
        guest(
            load(ADAPTER)
                + text(FILE, 8)
                + " i32.const 16 call 18"
                + refused("adapter \"style\" is empty: there is nothing to save")));
    passes(
        guest(
            LOADED + load(ADAPTER) + text(FILE, 8) + " i32.const 16 call 18" + expectByte(16, 0)));
    assertThat(folder.resolve("users/u-local/one.gguf")).isRegularFile();
    traps(guest(load(ADAPTER) + text(NAME, 5) + " call 15 drop"), "already");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 15, 16, 17, 18, 20, 21, 22})
  void aWrongHandleTraps(int call) throws Exception {
    String arguments =
        switch (call) {
          case 8 -> load(PASS) + " i32.const 77";
          case 16 -> " i32.const 77";
          case 20 -> " i32.const 77 i64.const 1";
          case 21 ->
              " i32.const 77 i32.const 2 f32.const 4 i32.const 2 f32.const 1 f32.const 1 i32.const 16";
          case 22 ->
              " i32.const 77" + text(SCORES, 2) + text(SEEDS, 2) + " f32.const 1 i32.const 16";
          default -> " i32.const 77" + text(NAME, 5) + (call == 15 ? "" : " i32.const 16");
        };
    traps(guest(arguments + " call " + call + (call == 15 ? " drop" : "")), "handle 77");
  }

  @Test
  void aSeedChoosesACandidateAndScoresMoveTheAdapter() throws Exception {
    String seeded = load(PASS) + " i64.const 5 call 20";
    String update =
        load(ADAPTER) + text(SCORES, 2) + text(SEEDS, 2) + " f32.const 1 i32.const 16 call 22";
    passes(
        guest(
            seeded
                + load(PASS)
                + " i32.const 16 call 9"
                + refused("the forward pass has an adapter seed, and no adapter")));
    passes(
        guest(
            ATTACHED
                + seeded
                + load(PASS)
                + " i32.const 16 call 9"
                + refused("adapter \"style\" has no candidates: initialize a search first")));
    passes(guest(update + refused("adapter \"style\" has no candidates")));
    passes(
        guest(
            load(ADAPTER)
                + " i32.const 0 f32.const 4 i32.const 2 f32.const 1 f32.const 1 i32.const 16 call 21"
                + refused("the rank is 0")));
    Adapter expected = engine.adapters().create("expected", "search");
    expected.search(2, 4, 2, 0.5f, 0.5f);
    int candidate = token(Optional.of(expected.candidate(5)));
    passes(guest(SEARCHED + expectByte(16, 0) + ATTACHED + seeded + draws(candidate)));
    expected.update(new float[] {1, 2}, new long[] {5, -6}, 1);
    int moved = token(expected.weights());
    passes(guest(SEARCHED + update + expectByte(16, 0) + ATTACHED + draws(moved)));
    expected.destroy();
  }
}
