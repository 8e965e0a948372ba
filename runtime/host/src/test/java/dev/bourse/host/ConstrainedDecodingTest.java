package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.ConstrainedCases.Case;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.Program;
import dev.bourse.model.Model;
import dev.bourse.sdk.json.JsonWriter;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a sandboxed inferlet generates under a grammar is valid, says who did not make the mask. */
class ConstrainedDecodingTest {
  private static final AtomicInteger TEXTS = new AtomicInteger();

  private static Model model;
  private static Engine engine;
  private static InferletHost host;
  private static Program guest;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    engine = Engine.start(model, EngineConfig.defaults(4096));
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty());
    String resource = "/test/inferlets/constrained/constrained.wasm";
    try (InputStream in = ConstrainedDecodingTest.class.getResourceAsStream(resource)) {
      byte[] wasm = Objects.requireNonNull(in, resource).readAllBytes();
      guest = host.programs().load("constrained", wasm, Execution.COMPILED);
    }
  }

  @AfterAll
  static void stop() {
    host.close();
    engine.close();
    model.close();
    System.out.println("ConstrainedDecodingTest: " + TEXTS + " texts validated");
  }

  @AfterEach
  void everyPageIsFreeAgain() {
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
  }

  private static String run(Program program, String kind, String source, int tenths, long seed)
      throws Exception {
    String input =
        JsonWriter.canonical(
            Map.of("kind", kind, "source", source, "tenths", tenths, "seed", seed));
    return TestHosts.result(
        host.launch(LaunchRequest.of(program, input)).outcome().get(120, TimeUnit.SECONDS));
  }

  private static Program java() {
    return Program.of("constrained", ConstrainedInferlet::new);
  }

  @TestFactory
  Stream<DynamicTest> generatesOnlyWhatTheGrammarAllows() {
    List<Case> cases = ConstrainedCases.all();
    assertThat(cases.size()).isGreaterThanOrEqualTo(300);
    List<DynamicTest> tests = new ArrayList<>();
    for (int at = 0; at < cases.size(); at++) {
      Case each = cases.get(at);
      int seed = at;
      tests.add(DynamicTest.dynamicTest(each.toString(), () -> check(each, seed)));
    }
    return tests.stream();
  }

  private static void check(Case each, int seed) throws Exception {
    String greedy = run(guest, each.kind(), each.source(), 0, seed);
    assertThat(each.isValid().test(greedy)).as("greedy: %s", greedy).isTrue();
    String drawn = run(guest, each.kind(), each.source(), 15, seed);
    assertThat(each.isValid().test(drawn)).as("drawn: %s", drawn).isTrue();
    TEXTS.addAndGet(2);
    if (seed % 10 == 0) {
      assertThat(run(java(), each.kind(), each.source(), 0, seed)).isEqualTo(greedy);
    }
  }

  @Test
  void aToolIsCalledAsTheTemplateSays() throws Exception {
    for (int tenths : new int[] {0, 15}) {
      String told = run(guest, "calls", "", tenths, 3);
      assertThat(told).isEqualTo(run(java(), "calls", "", tenths, 3));
      assertThat(told).startsWith("look_up{");
      assertThat(told)
          .contains("<|im_start|>system\nBe brief.\n\n# Tools")
          .contains("<tool_call>\n{\"name\": \"look_up\", \"arguments\": {")
          .contains("</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\n{\"found\": true}")
          .endsWith("</tool_response><|im_end|>\n<|im_start|>assistant\n");
    }
  }

  @Test
  void callsAndThoughtsAreRead() throws Exception {
    String text =
        "<think>Hm, \u65e5\u672c</think>I call. <tool_call>\n{\"name\": \"a\", \"arguments\": {\"x\": [1]}}\n"
            + "</tool_call><tool_call>{\"name\": \"b\"";
    String told = run(guest, "decode", text, 0, 0);
    assertThat(told)
        .isEqualTo("start\nthought Hm, \u65e5\u672c\ncall a {\"x\": [1]}\n")
        .isEqualTo(run(java(), "decode", text, 0, 0));
  }

  @Test
  void aMatcherDoesWhatItSays() throws Exception {
    String told = run(guest, "matcher", "", 0, 0);
    assertThat(told).isEqualTo(run(java(), "matcher", "", 0, 0));
    assertThat(told.lines().toList())
        .satisfies(lines -> assertThat(lines.get(0)).startsWith("truefalse"))
        .satisfies(lines -> assertThat(lines.get(0)).contains("truefalsetruefalse"))
        .satisfies(lines -> assertThat(lines.get(0)).contains("the grammar does not allow it"))
        .satisfies(lines -> assertThat(lines.get(1)).contains("cannot take back 1 tokens of 0"))
        .satisfies(lines -> assertThat(lines.getLast()).isEqualTo("true"))
        .hasSize(9);
  }
}
