package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code pie:core/scheduling} and {@code bourse:market} as a guest calls them that was written by
 * hand: signatures, layouts, wrong handles, numbers that are none.
 */
class MarketCallsTest {
  /** About nine million credits: no bid counts as more. */
  private static final double BID_MAX = (1L << 43) / 1e6;

  private static final int MODEL = 900;
  private static final int CONTEXT = 904;
  private static final int FUTURE = 908;

  private static Model model;
  private static Engine engine;
  private static InferletHost host;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    engine = Engine.start(model, EngineConfig.defaults(1024));
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty());
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
   * A guest that has a model, a context and the output of a pass of one token that is done, then
   * runs {@code code}, in which function 0 is the one that is tested.
   */
  private static Wasm guest(String module, String name, String type, String result, String code) {
    return new Wasm()
        .imports(module, name, type, result)
        .imports("pie:core/model", "[static]model.load", "i32 i32 i32", "")
        .imports("pie:core/context", "[static]context.create", "i32 i32", "")
        .imports("pie:core/context", "[method]context.reserve-working-pages", "i32 i32 i32", "")
        .imports("pie:core/inference", "[constructor]forward-pass", "i32", "i32")
        .imports("pie:core/inference", "[method]forward-pass.context", "i32 i32", "")
        .imports(
            "pie:core/inference", "[method]forward-pass.input-tokens", "i32 i32 i32 i32 i32", "")
        .imports("pie:core/inference", "[method]forward-pass.execute", "i32 i32", "")
        .imports("pie:core/inference", "[method]future-output.pollable", "i32", "i32")
        .imports("wasi:io/poll@0.2.0", "[method]pollable.block", "i32", "")
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .imports("bourse:market", "[method]context.offers", "i32 i32", "")
        .imports("pie:core/context", "[method]context.bid", "i32 f64", "")
        .memory(1, 1)
        .bumpAllocator()
        .data(0, "pocket")
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
                + load(MODEL)
                + " call 4 local.set 0"
                + " local.get 0"
                + load(CONTEXT)
                + " call 5"
                // Token 1 at position 0.
                + store(512, "i32.const 1")
                + " local.get 0 i32.const 512 i32.const 1 i32.const 516 i32.const 1 call 6"
                + " local.get 0 i32.const 16 call 7"
                + store(FUTURE, "i32.const 20 i32.load")
                + load(FUTURE)
                + " call 8 call 9 "
                + code
                + " i32.const 0 i32.const 0 call 10");
  }

  private static String store(int address, String value) {
    return " i32.const " + address + " " + value + " i32.store";
  }

  private static String load(int address) {
    return " i32.const " + address + " i32.load";
  }

  private static String expect(int address, double value) {
    return " i32.const %d f64.load f64.const %s f64.ne if unreachable end "
        .formatted(address, value);
  }

  private static String expectLong(int address, long value) {
    return " i32.const %d i64.load i64.const %d i64.ne if unreachable end "
        .formatted(address, value);
  }

  private static String expectByte(int address, int value) {
    return " i32.const %d i32.load8_u i32.const %d i32.ne if unreachable end "
        .formatted(address, value);
  }

  private static void passes(Wasm guest) throws Exception {
    TestHosts.result(TestHosts.run(host, guest));
  }

  private static void traps(Wasm guest, String message) throws Exception {
    Failed failed = failure(TestHosts.run(host, guest));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "[method]context.bids, i32 f64 f64, context, f64.const 1 f64.const 1",
    "[method]context.auto-bid, i32, context, ''",
    "[method]context.horizon, i32 i32, context, i32.const 5",
    "[method]context.offers, i32 i32, context, i32.const 64",
    "[method]future-output.payment, i32 i32, future-output, i32.const 64",
    "[static]model.account, i32 i32, model, i32.const 64",
    "[static]model.prices, i32 i32 i32, model, i32.const 5 i32.const 64",
    "[static]model.fund, i32 i32 i32 f64 i32, model, i32.const 8 i32.const 1 f64.const 1 i32.const 64",
    "[static]model.funds, i32 i32 i32 i32, model, i32.const 8 i32.const 1 i32.const 64"
  })
  void aWrongHandleTraps(String name, String type, String resource, String rest) throws Exception {
    for (String handle : List.of("0", "-1", "77")) {
      traps(
          guest("bourse:market", name, type, "", "i32.const " + handle + " " + rest + " call 0"),
          "handle " + handle + " is not an open " + resource + " of this inferlet");
    }
  }

  @ParameterizedTest
  @CsvSource({"rent, context", "dividend, model", "latency, context", "balance, model"})
  void aWrongHandleTrapsInTheStandardInterfaceToo(String name, String resource) throws Exception {
    traps(
        guest("pie:core/scheduling", name, "i32", "f64", "i32.const 77 call 0 drop"),
        "handle 77 is not an open " + resource + " of this inferlet");
  }

  @ParameterizedTest
  @CsvSource({
    "[method]context.offers, 904, 16, ''",
    "[method]future-output.payment, 908, 40, ''",
    "[static]model.account, 900, 48, ''",
    "[static]model.prices, 900, 8, i32.const 5"
  })
  void aReturnPointerOutsideMemoryOrUnalignedTraps(
      String name, int handle, int size, String parameter) throws Exception {
    String type = parameter.isEmpty() ? "i32 i32" : "i32 i32 i32";
    String call = load(handle) + " " + parameter + " i32.const %d call 0";
    int end = 1 << 16;
    traps(
        guest("bourse:market", name, type, "", call.formatted(end)),
        "span of " + size + " bytes at address " + end + " is outside the memory");
    traps(guest("bourse:market", name, type, "", call.formatted(66)), "address 66 is not aligned");
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 0.25, 1.5, 0.25",
    "NaN, NaN, 0, 0",
    "-1, -0.0, 0, 0",
    "-Infinity, -1e300, 0, 0",
    // For the one page of the context, no more than the account has.
    "Infinity, 1e300, max, 1000",
    "1e-9, 4.9e-324, 0, 0",
  })
  void bidsAreWhatIsOfferedIfTheyAreNumbers(
      double perToken, double perPage, String slots, String pages) throws Exception {
    passes(
        guest(
            "bourse:market",
            "[method]context.bids",
            "i32 f64 f64",
            "",
            "%s f64.const %s f64.const %s call 0 %s i32.const 64 call 11 %s %s"
                .formatted(
                    load(CONTEXT),
                    perToken,
                    perPage,
                    load(CONTEXT),
                    expect(64, number(slots)),
                    expect(72, number(pages)))));
  }

  private static double number(String text) {
    return text.equals("max") ? BID_MAX : Double.parseDouble(text);
  }

  @Test
  void theStandardBidIsForPagesAndForSlotsInProportion() throws Exception {
    passes(
        guest(
            "bourse:market",
            "[method]context.auto-bid",
            "i32",
            "",
            // The context has one page.
            load(CONTEXT)
                + " f64.const 2.5 call 12"
                + load(CONTEXT)
                + " i32.const 64 call 11"
                + expect(64, 2.5)
                + expect(72, 2.5)
                + load(CONTEXT)
                + " call 0"));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2147483647", "-1"})
  void anyHorizonIsTaken(int steps) throws Exception {
    passes(
        guest(
            "bourse:market",
            "[method]context.horizon",
            "i32 i32",
            "",
            load(CONTEXT) + " i32.const " + steps + " call 0"));
  }

  @Test
  void aPaymentIsAnOptionOfFourNumbers() throws Exception {
    passes(
        guest(
            "bourse:market",
            "[method]future-output.payment",
            "i32 i32",
            "",
            // Alone it pays for nothing, and did wait.
            load(FUTURE)
                + " i32.const 64 call 0"
                + expectByte(64, 1)
                + expect(72, 0)
                + expect(80, 0)
                + " i32.const 96 i64.load i64.const 0 i64.ne i32.eqz if unreachable end "));
  }

  @Test
  void anAccountIsThatOfTheUser() throws Exception {
    passes(
        guest(
            "bourse:market",
            "[static]model.account",
            "i32 i32",
            "",
            load(MODEL)
                + " i32.const 64 call 0"
                + expect(64, 1000)
                + expectLong(72, 1000)
                + expectLong(80, 1000)
                + expect(88, 0)
                + expectByte(96, 0)));
  }

  @Test
  void theStandardInterfaceTellsOfTheSameAccount() throws Exception {
    for (String[] call :
        new String[][] {
          {"balance", "1000.0", load(MODEL)},
          {"dividend", "0.0", load(MODEL)},
          {"rent", "0.0", load(CONTEXT)}
        }) {
      passes(
          guest(
              "pie:core/scheduling",
              call[0],
              "i32",
              "f64",
              call[2] + " call 0 f64.const " + call[1] + " f64.ne if unreachable end"));
    }
    passes(
        guest(
            "pie:core/scheduling",
            "latency",
            "i32",
            "f64",
            load(CONTEXT) + " call 0 f64.const 0 f64.ne i32.eqz if unreachable end"));
    passes(
        guest(
            "pie:core/scheduling",
            "price",
            "",
            "f64",
            "call 0 f64.const 0 f64.ne if unreachable end"));
  }

  @Test
  void pricesAreAListOfStepsTheLatestLast() throws Exception {
    passes(
        guest(
            "bourse:market",
            "[static]model.prices",
            "i32 i32 i32",
            "",
            load(MODEL)
                + " i32.const 1 i32.const 64 call 0"
                // One, at 1024, where the allocator begins: a token was computed, nobody waited.
                + " i32.const 64 i32.load i32.const 1024 i32.ne if unreachable end"
                + " i32.const 68 i32.load i32.const 1 i32.ne if unreachable end"
                + " i32.const 1024 i64.load i64.const 0 i64.ne i32.eqz if unreachable end"
                + " i32.const 1036 i32.load i32.const 1 i32.ne if unreachable end"
                + " i32.const 1040 i32.load i32.const 0 i32.ne if unreachable end"
                + expect(1048, 0)
                + expect(1056, 0)));
    passes(
        guest(
            "bourse:market",
            "[static]model.prices",
            "i32 i32 i32",
            "",
            load(MODEL)
                + " i32.const 0 i32.const 64 call 0"
                + " i32.const 68 i32.load if unreachable end"));
  }

  @Test
  void allPricesAreAtMostAThousandOrSo() throws Exception {
    passes(
        guest(
            "bourse:market",
            "[static]model.prices",
            "i32 i32 i32",
            "",
            load(MODEL)
                + " i32.const -1 i32.const 64 call 0"
                + " i32.const 68 i32.load i32.eqz if unreachable end"));
  }
}
