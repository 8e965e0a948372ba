package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.host.Scripts.Place;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Program;
import dev.bourse.model.Model;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inferlets that do not have the engine to themselves. */
class CompetitionTest {
  private static final int TOKENS = 240;
  private static final double RIVAL_BID = 0.25;
  private static final int BID = 4;

  private final AtomicBoolean over = new AtomicBoolean();

  /** Computes prompts nobody has computed, until the test is over. */
  private Void compete(Engine engine, int number) throws Exception {
    Random random = new Random(number);
    try (EngineProcess process = engine.openProcess("rival", "rival " + number, 1)) {
      while (!over.get()) {
        Context context = process.newContext();
        context.bid(RIVAL_BID, 0);
        context.reserveWorkingPages(TOKENS / context.tokensPerPage());
        int[] prompt = random.ints(TOKENS, 0, 2000).toArray();
        int[] positions = IntStream.range(0, TOKENS).toArray();
        context.forward(ForwardRequest.builder().input(prompt, positions).build()).join();
        context.destroy();
      }
    }
    return null;
  }

  /** A pass of it costs what the others, who bid less, would have paid. */
  @ParameterizedTest
  @EnumSource
  void anInferletPaysWhatOthersWouldHavePaidAndIsToldSo(Place place) throws Exception {
    try (Model model = TestModel.load();
        Engine engine = Engine.start(model, EngineConfig.defaults(4096).withStep(8, 8));
        InferletHost host =
            new InferletHost(
                List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
                Optional.empty());
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Program program = Scripts.program(host, place);
      List<Callable<Void>> rivals = List.of(() -> compete(engine, 1), () -> compete(engine, 2));
      var running = rivals.stream().map(executor::submit).toList();
      String script =
          "bids %d 0\nappend %s\nflush\npaid\nprices 1".formatted(BID, "do re mi ".repeat(40));
      InferletProcess process = host.launch(LaunchRequest.of(program, Scripts.input(script)));
      String[] told =
          TestHosts.result(process.outcome().get(120, TimeUnit.SECONDS)).split("\n", -1);
      over.set(true);
      for (var rival : running) {
        rival.get(60, TimeUnit.SECONDS);
      }
      double paid = Double.parseDouble(told[0]);
      EngineProcess.Usage usage = Objects.requireNonNull(process.usage().get("pocket"));
      assertThat(paid).isPositive().isEqualTo(usage.paid());
      assertThat(paid).isLessThanOrEqualTo(RIVAL_BID * usage.promptTokens());
      assertThat(told[1]).startsWith("1 steps, ");
      engine.check();
    }
  }
}
