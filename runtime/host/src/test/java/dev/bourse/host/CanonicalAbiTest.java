package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.run;
import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.F32;
import static dev.bourse.host.abi.WitTypes.F32_LIST;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values crossing between guest and host, as hand-written guests pass and expect them. */
class CanonicalAbiTest {
  private static final ResourceType<StringBuilder> THING =
      ResourceType.of("thing", StringBuilder.class, thing -> thing.append("closed"));
  private static final ResourceType<String> OTHER = ResourceType.of("other", String.class);

  private final List<Object> seen = new ArrayList<>();
  private final StringBuilder thing = new StringBuilder();
  private final InferletHost host =
      TestHosts.host(
          new ImportModule("test:abi")
              .function("text", STRING, UNIT, (guest, text) -> see(text))
              .function("bytes", BYTES, UNIT, (guest, bytes) -> see(bytes.length))
              .function("ints", U32_LIST, UNIT, (guest, ints) -> see(List.of(ints.length, ints[1])))
              .function("strings", list(STRING), UNIT, (guest, strings) -> see(strings))
              .function(
                  "variant",
                  variant(record(F32, U32), U32, U32_LIST, UNIT),
                  UNIT,
                  (guest, c) -> see(describe(c)))
              .function("get-pair", tuple(U8, U64), guest -> new WitTypes.Pair<>(7, 9L))
              .function("get-strings", list(STRING), guest -> List.of("ab", "", "cde"))
              .function("get-error", result(U64), guest -> Result.err("no"))
              .function("get-some", option(F32_LIST), guest -> Optional.of(new float[] {1.5f}))
              .function("get-none", option(F32_LIST), guest -> Optional.empty())
              .function("new-thing", WitTypes.own(THING), guest -> thing)
              .function("new-other", WitTypes.own(OTHER), guest -> "other")
              .function(
                  "[method]thing.use", WitTypes.borrow(THING), UNIT, (guest, t) -> see("used"))
              .function("give", WitTypes.own(THING), UNIT, (guest, t) -> see("given"))
              .function(
                  "give-two",
                  WitTypes.own(THING),
                  WitTypes.own(OTHER),
                  UNIT,
                  (guest, t, other) -> see("given"))
              .drop(THING)
              .drop(OTHER));

  private Unit see(Object value) {
    seen.add(value);
    return Unit.UNIT;
  }

  private static String describe(Case c) {
    return switch (c.payload()) {
      case Object[] fields -> c.discriminant() + " " + List.of(fields);
      case int[] list -> c.discriminant() + " list of " + list.length;
      default -> c.discriminant() + " " + c.payload();
    };
  }

  @AfterEach
  void close() {
    host.close();
  }

  /** A guest that imports one function as number 0 and runs {@code code}. */
  private static Wasm calls(String name, String parameters, String results, String code) {
    return new Wasm()
        .imports("test:abi", name, parameters, results)
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .memory(1, 16)
        .bumpAllocator()
        .function("_start", "", "", code + "  i32.const 0  i32.const 0  call 1");
  }

  private static String expect(int address, int value) {
    return " i32.const %d i32.load i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  private static String expectByte(int address, int value) {
    return " i32.const %d i32.load8_u i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  private void passes(Wasm guest) throws Exception {
    TestHosts.result(run(host, guest));
  }

  private void traps(Wasm guest, String message) throws Exception {
    Failed failed = failure(run(host, guest));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains(message);
    assertThat(seen).isEmpty();
  }

  @Test
  void textIsUtf8() throws Exception {
    passes(calls("text", "i32 i32", "", "i32.const 64 i32.const 8 call 0").data(64, "né 日xyz"));
    assertThat(seen).containsExactly("né 日x");
  }

  @Test
  void textThatIsNotUtf8Traps() throws Exception {
    byte[] overlong = {(byte) 0xc0, (byte) 0x80};
    byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
    byte[] cut = {'a', (byte) 0xe6, (byte) 0x97};
    for (byte[] bad : List.of(overlong, surrogate, cut)) {
      traps(
          calls("text", "i32 i32", "", "i32.const 64 i32.const " + bad.length + " call 0")
              .data(64, bad),
          "is not UTF-8");
    }
  }

  @Test
  void aSpanOutsideMemoryTraps() throws Exception {
    traps(
        calls("text", "i32 i32", "", "i32.const 65530 i32.const 7 call 0"),
        "span of 7 bytes at address 65530 is outside the memory of 65536 bytes");
    traps(calls("ints", "i32 i32", "", "i32.const -4 i32.const 1 call 0"), "outside the memory");
    traps(calls("bytes", "i32 i32", "", "i32.const -1 i32.const 1 call 0"), "outside the memory");
  }

  @Test
  void anUnalignedListTraps() throws Exception {
    traps(
        calls("ints", "i32 i32", "", "i32.const 66 i32.const 2 call 0"),
        "address 66 is not aligned to 4 bytes");
  }

  @Test
  void anArgumentIsBounded() throws Exception {
    byte[] guest = calls("bytes", "i32 i32", "", "i32.const 0 i32.const 65 call 0").build();
    Limits limits = Limits.DEFAULT.with(Limit.ARGUMENT_BYTES, 64);
    assertThat(failure(run(host, guest, Execution.COMPILED, limits)).message())
        .isEqualTo("limit argument-bytes exceeded: 65, allowed 64");
    traps2(calls("ints", "i32 i32", "", "i32.const 0 i32.const -1 call 0"));
  }

  private void traps2(Wasm guest) throws Exception {
    assertThat(failure(run(host, guest)).message())
        .isEqualTo("limit argument-bytes exceeded: 17179869180, allowed 16777216");
  }

  @Test
  void listsOfNumbersAndOfStrings() throws Exception {
    passes(
        calls("ints", "i32 i32", "", "i32.const 64 i32.const 2 call 0")
            .data(64, new byte[] {1, 0, 0, 0, -1, -1, -1, -1}));
    passes(
        calls("strings", "i32 i32", "", "i32.const 64 i32.const 2 call 0")
            .data(64, new byte[] {80, 0, 0, 0, 2, 0, 0, 0, 81, 0, 0, 0, 1, 0, 0, 0})
            .data(80, "xy"));
    assertThat(seen).containsExactly(List.of(2, -1), List.of("xy", "y"));
  }

  @Test
  void theCasesOfAVariantShareTheirSlots() throws Exception {
    String f = "i32 i32 i32";
    int bits = Float.floatToRawIntBits(0.25f);
    passes(calls("variant", f, "", "i32.const 0 i32.const " + bits + " i32.const 9 call 0"));
    passes(calls("variant", f, "", "i32.const 1 i32.const -1 i32.const 0 call 0"));
    passes(calls("variant", f, "", "i32.const 2 i32.const 64 i32.const 3 call 0"));
    passes(calls("variant", f, "", "i32.const 3 i32.const 5 i32.const 5 call 0"));
    assertThat(seen).containsExactly("0 [0.25, 9]", "1 4294967295", "2 list of 3", "3 UNIT");
    seen.clear();
    traps(
        calls("variant", f, "", "i32.const 4 i32.const 5 i32.const 5 call 0"),
        "discriminant 4 of a variant with 4 cases");
  }

  @Test
  void resultsThatDoNotFitOneValueAreWrittenWhereTheGuestSays() throws Exception {
    passes(
        calls(
            "get-pair",
            "i32",
            "",
            "i32.const 128 call 0" + expectByte(128, 7) + expect(136, 9) + expect(140, 0)));
    passes(
        calls(
            "get-strings",
            "i32",
            "",
            // The array comes first, then "ab" and "cde"; "" takes no memory.
            "i32.const 128 call 0"
                + expect(128, 1024)
                + expect(132, 3)
                + expect(1024, 1048)
                + expect(1028, 2)
                + expect(1036, 0)
                + expect(1040, 1050)
                + expect(1044, 3)
                + expectByte(1048, 'a')
                + expectByte(1052, 'e')));
    passes(
        calls(
            "get-error",
            "i32",
            "",
            "i32.const 128 call 0" + expectByte(128, 1) + expect(136, 1024) + expect(140, 2)));
    passes(
        calls(
            "get-some",
            "i32",
            "",
            "i32.const 128 call 0"
                + expectByte(128, 1)
                + expect(132, 1024)
                + expect(136, 1)
                + expect(1024, Float.floatToRawIntBits(1.5f))));
    passes(calls("get-none", "i32", "", "i32.const 128 call 0" + expectByte(128, 0)));
  }

  @Test
  void aReturnPointerOutsideMemoryOrUnalignedTraps() throws Exception {
    traps(
        calls("get-strings", "i32", "", "i32.const 65532 call 0"),
        "span of 8 bytes at address 65532 is outside");
    traps(calls("get-strings", "i32", "", "i32.const 130 call 0"), "not aligned to 4 bytes");
  }

  private static Wasm things(String code) {
    return new Wasm()
        .imports("test:abi", "new-thing", "", "i32")
        .imports("test:abi", "new-other", "", "i32")
        .imports("test:abi", "[method]thing.use", "i32", "")
        .imports("test:abi", "give", "i32", "")
        .imports("cm32p2|test:abi", "thing_drop", "i32", "")
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .imports("test:abi", "give-two", "i32 i32", "")
        .memory(1, 1)
        .function("_start", "", "", code + "  i32.const 0  i32.const 0  call 5");
  }

  @Test
  void aResourceIsClosedWhenItsHandleIsDropped() throws Exception {
    passes(things("call 0 local.tee 0 call 2  local.get 0 call 4"));
    assertThat(seen).containsExactly("used");
    assertThat(thing.toString()).isEqualTo("closed");
  }

  @Test
  void aResourceIsClosedWhenItsProcessEnds() throws Exception {
    passes(things("call 0 drop"));
    assertThat(thing.toString()).isEqualTo("closed");
  }

  @Test
  void aResourceGivenAwayIsNotClosed() throws Exception {
    passes(things("call 0 call 3"));
    assertThat(thing.toString()).isEmpty();
  }

  @Test
  void aResourceGivenToACallThatTrapsBeforeItHasAllIsClosed() throws Exception {
    String twice = "call 0 i32.const 77 call 6";
    traps(things(twice), "test:abi give-two: handle 77 is not an open other");
    assertThat(thing.toString()).isEqualTo("closed");
    assertThat(seen).isEmpty();
  }

  @Test
  void wrongForeignAndDroppedHandlesTrap() throws Exception {
    String message = "is not an open thing of this inferlet";
    traps(things("i32.const 1 call 2"), "handle 1 " + message);
    traps(things("i32.const 0 call 2"), message);
    traps(things("i32.const -1 call 2"), message);
    traps(things("call 1 call 2"), message);
    traps(things("call 0 local.tee 0 call 4  local.get 0 call 2"), message);
    traps(things("call 0 local.tee 0 call 4  local.get 0 call 4"), message);
    // The slot is used again, yet the old handle stays invalid.
    traps(things("call 0 local.tee 0 call 4  call 0 drop  local.get 0 call 2"), message);
  }

  @Test
  void openHandlesAreBounded() throws Exception {
    byte[] guest = things("loop call 0 drop br 0 end").build();
    Limits limits = Limits.DEFAULT.with(Limit.HANDLES, 10);
    assertThat(failure(run(host, guest, Execution.COMPILED, limits)).message())
        .isEqualTo("limit handles exceeded: 11, allowed 10");
    byte[] tidy =
        things(
                "i32.const 100 local.set 0  loop call 0 call 4"
                    + " local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end")
            .build();
    TestHosts.result(run(host, tidy, Execution.COMPILED, limits));
  }

  @Test
  void wasiIsMatchedWithoutItsPatchVersion() throws Exception {
    for (String version : List.of("0.2", "0.2.0", "0.2.8")) {
      passes(
          new Wasm()
              .imports("wasi:random/random@" + version, "get-random-u64", "", "i64")
              .imports("bourse:entry", "result-ok", "i32 i32", "")
              .memory(1, 1)
              .function("_start", "", "", "call 0 drop i32.const 0 i32.const 0 call 1")
              .function("x", "", "", "call 0 drop"));
    }
  }
}
