package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Drafts as a guest passes them that was written by hand: signatures, layouts, refusals. */
class SpeculationCallsTest {
  private static final int MODEL = 900;
  private static final int CONTEXT = 904;
  private static final int PASS = 908;
  private static final int OUTPUT = 960;

  /** Where the pass's numbers lie: tokens, positions, drafts, their positions, masks. */
  private static final int DATA = 512;

  private static final int DRAFTS = DATA + 8;
  private static final int MASKS = DATA + 64;

  private static final int SLOT_BYTES = 20;

  private static Model model;
  private static Engine engine;
  private static InferletHost host;

  /** What greedy decoding gives after token 1. */
  private static int[] text;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    engine = Engine.start(model, EngineConfig.defaults(1024));
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty());
    text = new int[4];
    try (EngineProcess process = engine.openProcess("plain")) {
      var context = process.newContext();
      context.reserveWorkingPages(1);
      int next = 1;
      for (int i = 0; i < text.length; i++) {
        Slot slot =
            context
                .forward(
                    ForwardRequest.builder()
                        .input(new int[] {next}, new int[] {i})
                        .read(new Sampler.Multinomial(0, 0), 0)
                        .build())
                .get()
                .slots()
                .getFirst();
        next = ((Slot.Token) slot).id();
        text[i] = next;
      }
    }
  }

  @AfterAll
  static void stop() {
    host.close();
    engine.close();
    model.close();
  }

  @AfterEach
  void everyPageIsFreeAgain() {
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
  }

  /**
   * A guest that appends token 1 and two drafts to an empty context, does {@code more} with the
   * pass, draws greedily, runs the pass, and looks at what came of it with {@code code}.
   */
  private static Wasm guest(int[] drafts, String more, String code) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(1).putInt(0);
    data.putInt(drafts[0]).putInt(drafts[1]).putInt(1).putInt(2);
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
            "pie:core/inference",
            "[method]forward-pass.input-speculative-tokens",
            "i32 i32 i32 i32 i32",
            "")
        .imports(
            "pie:core/inference", "[method]forward-pass.sampler", "i32 i32 i32 i32 i32 i32 f32", "")
        .imports("pie:core/inference", "[method]forward-pass.logit-mask", "i32 i32 i32", "")
        .imports("bourse:inference", "[method]forward-pass.draft-logit-masks", "i32 i32 i32", "")
        .imports(
            "pie:core/inference", "[method]forward-pass.output-speculative-tokens", "i32 i32", "")
        .imports("pie:core/inference", "[method]forward-pass.pass-speculation", "i32 i32", "")
        .imports("pie:core/inference", "[method]forward-pass.execute", "i32 i32", "")
        .imports("pie:core/inference", "[method]future-output.pollable", "i32", "i32")
        .imports("wasi:io/poll@0.2.0", "[method]pollable.block", "i32", "")
        .imports("pie:core/inference", "[method]future-output.get", "i32 i32", "")
        .imports("pie:core/context", "[method]context.truncate-working-page-tokens", "i32 i32", "")
        .imports("pie:core/model", "[method]model.default-system-speculation", "i32", "i32")
        .memory(1, 1)
        .bumpAllocator()
        .data(0, "pocket")
        .data(DATA, data.array())
        .data(MASKS, masks())
        .function(
            "_start",
            "",
            "",
            "i32.const 0 i32.const 6 i32.const 16 call 1"
                + store(MODEL, "i32.const 20 i32.load")
                + load(MODEL)
                + " call 18 if unreachable end"
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
                + " i32.const %d i32.const 1 i32.const %d i32.const 1 call 6"
                    .formatted(DATA, DATA + 4)
                + load(PASS)
                + " i32.const %d i32.const 2 i32.const %d i32.const 2 call 7"
                    .formatted(DRAFTS, DRAFTS + 8)
                // Multinomial at temperature 0, at row 0.
                + load(PASS)
                + " i32.const %d i32.const 1 i32.const 0 i32.const 0 i32.const 0 f32.const 0 call 8"
                    .formatted(DATA + 4)
                + more
                + load(PASS)
                + " i32.const 16 call 13"
                + code
                + " i32.const 0 i32.const 0 call 0");
  }

  /** Waits for the output and writes it to {@link #OUTPUT}. */
  private static String get() {
    return " i32.const 16 i32.load8_u if unreachable end"
        + " i32.const 20 i32.load call 14 call 15"
        + " i32.const 20 i32.load i32.const "
        + OUTPUT
        + " call 16"
        + expectByte(OUTPUT, 1);
  }

  /** Two lists, each of which allows everything. */
  private static byte[] masks() {
    ByteBuffer masks = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    masks.putInt(MASKS + 16).putInt(2).putInt(MASKS + 16).putInt(2);
    masks.putInt(0).putInt(2048);
    return masks.array();
  }

  private static String slots(int... tokens) {
    StringBuilder code = new StringBuilder(expect(OUTPUT + 8, tokens.length));
    for (int i = 0; i < tokens.length; i++) {
      String slot = load(OUTPUT + 4) + " i32.const " + i * SLOT_BYTES + " i32.add";
      code.append(slot + " i32.load8_u if unreachable end");
      code.append(slot + " i32.const 4 i32.add i32.load i32.const " + tokens[i]);
      code.append(" i32.ne if unreachable end");
    }
    return code.toString();
  }

  private static String store(int address, String value) {
    return " i32.const " + address + " " + value + " i32.store";
  }

  private static String load(int address) {
    return " i32.const " + address + " i32.load";
  }

  private static String expect(int address, int value) {
    return " i32.const %d i32.load i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  private static String expectByte(int address, int value) {
    return " i32.const %d i32.load8_u i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  private static void passes(Wasm guest) throws Exception {
    TestHosts.result(TestHosts.run(host, guest));
  }

  private static String truncate(int tokens) {
    return load(CONTEXT) + " i32.const " + tokens + " call 17";
  }

  @Test
  void draftsThatAreRightComeBackAsSlots() throws Exception {
    passes(guest(new int[] {text[0], text[1]}, "", get() + slots(text[0], text[1], text[2])));
  }

  @Test
  void whatIsWrongIsLeftToTheGuestToRemove() throws Exception {
    passes(guest(new int[] {text[0], text[1] + 1}, "", get() + slots(text[0], text[1])));
    Wasm all = guest(new int[] {text[0] + 1, text[1]}, "", get() + slots(text[0]) + truncate(3));
    passes(all);
    Failed failed =
        TestHosts.failure(
            TestHosts.run(host, guest(new int[] {text[0], text[1]}, "", get() + truncate(4))));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains("cannot truncate 4: the context has 3 working tokens");
  }

  @Test
  void oneMaskForAllTakesNoDraftAndOneForEachDoes() throws Exception {
    String mask = load(PASS) + " i32.const %d i32.const 2 call 9".formatted(MASKS + 16);
    String draftMasks = load(PASS) + " i32.const %d i32.const 2 call 10".formatted(MASKS);
    int[] drafts = {text[0], text[1]};
    passes(guest(drafts, mask, get() + slots(text[0])));
    passes(guest(drafts, mask + draftMasks, get() + slots(text[0], text[1], text[2])));
    passes(
        guest(
            drafts,
            load(PASS) + " i32.const %d i32.const 1 call 10".formatted(MASKS),
            refused("1 logit masks for 2 drafts: one for each")));
  }

  @Test
  void proposalsFollowTheSlots() throws Exception {
    String wanted = load(PASS) + " i32.const 1 call 11" + load(PASS) + " i32.const 1 call 12";
    // The lists are there, and as long as each other; a text of five tokens may well have none.
    passes(
        guest(
            new int[] {text[0], text[1]},
            wanted,
            get()
                + slots(text[0], text[1], text[2])
                + load(OUTPUT + 16)
                + load(OUTPUT + 24)
                + " i32.ne if unreachable end"));
    passes(guest(new int[] {text[0], text[1]}, "", get() + expect(OUTPUT + 16, 0)));
  }

  @Test
  void draftsAndPositionsAreAsManyAndFit() throws Exception {
    String unequal = load(PASS) + " i32.const 512 i32.const 2 i32.const 512 i32.const 1 call 7";
    passes(guest(new int[] {1, 2}, unequal, refused("2 tokens with 1 positions")));
    String many =
        load(PASS) + " i32.const 2048 i32.const 1024 i32.const 2048 i32.const 1024 call 7";
    passes(
        guest(
            new int[] {1, 2},
            many,
            refused("a pass of more tokens than the 1024 of the KV cache cannot run")));
    String another = load(PASS) + " i32.const 512 i32.const 1 i32.const 0 i32.const 0";
    passes(
        guest(
            new int[] {1, 2},
            another + " i32.const 0 f32.const 0 call 8",
            refused("a forward pass with drafts draws at its last input row only")));
  }

  /** The pass was not run, for a reason that begins so. */
  private static String refused(String reason) {
    StringBuilder code = new StringBuilder(expectByte(16, 1));
    byte[] bytes = reason.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      code.append(" i32.const 20 i32.load i32.const %d i32.add i32.load8_u".formatted(i));
      code.append(" i32.const %d i32.ne if unreachable end".formatted((int) bytes[i]));
    }
    return code.toString();
  }
}
