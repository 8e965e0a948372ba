package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.Program;
import dev.bourse.host.program.WasmProgram;
import dev.bourse.inferlets.textcompletion.TextCompletion;
import dev.bourse.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole line: text-completion on the embedded model, as a guest and as a host-side class. */
class TextCompletionTest {
  private static final String INPUT =
      "{\"prompt\":\"What is the capital of France?\",\"max_tokens\":24,"
          + "\"temperature\":0.0,\"top_p\":1.0}";

  private static Model model;
  private static Engine engine;
  private static InferletHost host;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    engine = Engine.start(model, EngineConfig.defaults(4096));
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

  static byte[] textCompletion() throws IOException {
    String resource = "/inferlets/text-completion/text-completion.wasm";
    try (InputStream in = TextCompletion.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    }
  }

  private static InferletProcess launch(Program program, List<String> pieces) {
    OutputListener listener =
        new OutputListener() {
          @Override
          public void text(String text) {
            pieces.add(text);
          }

          @Override
          public void stdout(byte[] bytes) {}

          @Override
          public void stderr(byte[] bytes) {}
        };
    return host.launch(LaunchRequest.of(program, INPUT).withOutput(listener));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void theSandboxedAndTheHostSideInferletStreamTheSameAnswer(Execution execution) throws Exception {
    WasmProgram guest = host.programs().load("text-completion", textCompletion(), execution);
    List<String> guestPieces = new ArrayList<>();
    InferletProcess process = launch(guest, guestPieces);
    String guestAnswer = result(process.outcome().get(60, TimeUnit.SECONDS));
    List<String> javaPieces = new ArrayList<>();
    String javaAnswer =
        result(
            launch(Program.of("text-completion", TextCompletion::new), javaPieces)
                .outcome()
                .get(60, TimeUnit.SECONDS));

    assertThat(guestAnswer).contains("Paris").isEqualTo(javaAnswer);
    assertThat(guestPieces).isEqualTo(javaPieces);
    assertThat(String.join("", guestPieces)).isEqualTo(guestAnswer);
    EngineProcess.Usage usage = Objects.requireNonNull(process.usage().get("pocket"));
    assertThat(usage.sampledTokens()).isPositive();
    assertThat(usage.promptTokens()).isPositive();
  }

  @Test
  void aLoopBesidesItDoesNotChangeTheAnswer() throws Exception {
    WasmProgram guest =
        host.programs().load("text-completion", textCompletion(), Execution.COMPILED);
    WasmProgram loop =
        host.programs()
            .load(
                "loop",
                new Wasm().memory(1, 1).function("_start", "", "", "loop br 0 end").build(),
                Execution.COMPILED);
    List<InferletProcess> loops = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      loops.add(host.launch(LaunchRequest.of(loop, "{}")));
    }
    assertThat(result(launch(guest, new ArrayList<>()).outcome().get(60, TimeUnit.SECONDS)))
        .contains("Paris");
    for (InferletProcess process : loops) {
      process.terminate("test is over");
      assertThat(failure(process.outcome().get(30, TimeUnit.SECONDS)).message())
          .isEqualTo("test is over");
    }
  }

  @Test
  void hostileGuestsEndWithTheirReasonsWhileItKeepsGenerating() throws Exception {
    WasmProgram guest =
        host.programs().load("text-completion", textCompletion(), Execution.COMPILED);
    Wasm loop = new Wasm().memory(1, 1).function("_start", "", "", "loop br 0 end");
    Wasm huge = new Wasm().memory(65_536, 65_536).function("_start", "", "", "");
    Wasm trap =
        new Wasm()
            .memory(1, 1)
            .function("_start", "", "", "")
            .function("", "", "", "unreachable")
            .start();
    String alone = result(launch(guest, new ArrayList<>()).outcome().get(60, TimeUnit.SECONDS));

    Limits limits = Limits.DEFAULT.with(Limit.CPU_TIME_MILLIS, 300);
    WasmProgram loopProgram = host.programs().load("loop", loop.build(), Execution.COMPILED);
    InferletProcess looping = host.launch(LaunchRequest.of(loopProgram, "{}").withLimits(limits));
    int generated = 0;
    while (!looping.outcome().isDone()) {
      assertThat(failure(TestHosts.run(host, huge)).message())
          .isEqualTo("limit memory-pages exceeded: 65536, allowed 1024");
      assertThat(failure(TestHosts.run(host, trap)).message()).contains("unreachable");
      assertThat(result(launch(guest, new ArrayList<>()).outcome().get(60, TimeUnit.SECONDS)))
          .isEqualTo(alone);
      generated++;
    }
    assertThat(generated).isPositive();
    assertThat(failure(looping.outcome().get()).message())
        .startsWith("limit cpu-time-millis exceeded:")
        .endsWith("allowed 300");
  }

  @Test
  void terminatingItInTheMiddleFreesItsPages() throws Exception {
    WasmProgram guest =
        host.programs().load("text-completion", textCompletion(), Execution.COMPILED);
    CompletableFuture<InferletProcess> process = new CompletableFuture<>();
    OutputListener stopper =
        new OutputListener() {
          @Override
          public void text(String text) {
            process.join().terminate("heard enough");
          }

          @Override
          public void stdout(byte[] bytes) {}

          @Override
          public void stderr(byte[] bytes) {}
        };
    process.complete(host.launch(LaunchRequest.of(guest, INPUT).withOutput(stopper)));
    assertThat(failure(process.join().outcome().get(60, TimeUnit.SECONDS)).message())
        .isEqualTo("heard enough");
  }

  @Test
  void passesThatAreNeverExecutedDoNotFillTheHost() throws Exception {
    Wasm hoarder =
        new Wasm()
            .imports("pie:core/model", "[static]model.load", "i32 i32 i32", "")
            .imports("pie:core/inference", "[constructor]forward-pass", "i32", "i32")
            .imports(
                "pie:core/inference",
                "[method]forward-pass.input-tokens",
                "i32 i32 i32 i32 i32",
                "")
            .memory(1, 1)
            .data(0, "pocket")
            .function(
                "_start",
                "",
                "",
                "i32.const 0  i32.const 6  i32.const 16  call 0"
                    + "  loop  i32.const 20  i32.load  call 1"
                    + "  i32.const 1024  i32.const 1024  i32.const 1024  i32.const 1024  call 2"
                    + "  br 0  end");
    Limits limits = Limits.DEFAULT.with(Limit.HELD_BYTES, 1 << 20);
    assertThat(TestHosts.run(host, hoarder.build(), Execution.COMPILED, limits))
        .isEqualTo(
            new Outcome.Failed(
                Outcome.FailureKind.LIMIT, "limit held-bytes exceeded: 1056768, allowed 1048576"));
  }
}
