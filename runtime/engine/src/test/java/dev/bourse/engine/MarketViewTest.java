package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.model.Model;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody sees who looks at the market. */
@Timeout(120)
class MarketViewTest {

  @Test
  void aContextThatWaitsIsSeenWithWhatItWantsAndForHowLong() throws Exception {
    try (Model model = TestModels.demo();
        Engine engine = Engine.start(model, EngineConfig.defaults(256));
        EngineProcess process = engine.openProcess("p", "ann", 1);
        Line line = new Line(process)) {
      assertThat(only(engine.market()).servedStep()).isZero();
      line.pass(new int[] {1, 2, 3});
      ContextView idle = only(engine.market());
      assertThat(idle.state()).isEqualTo(State.IDLE);
      assertThat(idle.servedStep()).isEqualTo(1).isEqualTo(engine.price().step());
      assertThat(idle.waitedSteps()).isZero();
      assertThat(idle.waitedMicros()).isZero();

      // As long as the lock is held no step can begin.
      CompletableFuture<ForwardResult> pass =
          engine.locked(
              () -> {
                CompletableFuture<ForwardResult> submitted = line.context.forward(next());
                ContextView waiting = only(engine.market());
                assertThat(waiting.state()).isEqualTo(State.WAITS_FOR_SLOTS);
                assertThat(waiting.servedStep()).isEqualTo(1);
                assertThat(waiting.waitedMicros()).isPositive();
                return submitted;
              });
      pass.get();
      assertThat(only(engine.market()).servedStep()).isEqualTo(2);
    }
  }

  @Test
  void theLastBatchesTellWhoGotHowMuchAndWhatFor() throws Exception {
    try (Model model = TestModels.demo();
        Engine engine = Engine.start(model, EngineConfig.defaults(256));
        EngineProcess process = engine.openProcess("p", "ann", 4);
        Line line = new Line(process)) {
      line.pass(new int[] {1, 2, 3});
      line.pass(new int[] {4});
      List<BatchView> batches = engine.batches(0);
      assertThat(batches).extracting(BatchView::step).containsExactly(1L, 2L);
      assertThat(batches.getFirst().parts())
          .containsExactly(
              new BatchView.Part(line.context.id(), "p", "ann", BatchView.Kind.PREFILL, 3));
      assertThat(batches.getFirst().tokens(BatchView.Kind.PREFILL)).isEqualTo(3);
      assertThat(batches.getFirst().tokens(BatchView.Kind.DECODE)).isZero();
      assertThat(batches).allSatisfy(batch -> assertThat(batch.micros()).isPositive());
      assertThat(engine.batches(1)).containsExactly(batches.getLast());
      assertThat(engine.batches(2)).isEmpty();
    }
  }

  @Test
  void oldBatchesAreForgottenAndTheRestIsInOrder() throws Exception {
    try (Model model = TestModels.demo();
        Engine engine = Engine.start(model, EngineConfig.defaults(512));
        EngineProcess process = engine.openProcess("p", "ann", 4);
        Line line = new Line(process)) {
      int steps = 300;
      for (int i = 0; i < steps; i++) {
        line.pass(new int[] {i + 1});
      }
      List<BatchView> batches = engine.batches(0);
      assertThat(batches).hasSize(256);
      assertThat(batches.getFirst().step()).isEqualTo(steps - 255);
      assertThat(batches.getLast().step()).isEqualTo(steps);
      assertThat(batches).allSatisfy(batch -> assertThat(batch.parts()).hasSize(1));
    }
  }

  @Test
  void aForkIsSeenWithWhatItWasForkedFrom() throws Exception {
    try (Model model = TestModels.demo();
        Engine engine = Engine.start(model, EngineConfig.defaults(256));
        EngineProcess process = engine.openProcess("p", "ann", 4);
        Line line = new Line(process)) {
      line.pass(new int[] {1, 2, 3});
      Context fork = line.context.fork();
      assertThat(engine.market().contexts())
          .extracting(ContextView::id, ContextView::parent)
          .containsExactlyInAnyOrder(
              tuple(line.context.id(), 0L), tuple(fork.id(), line.context.id()));
    }
  }

  private static ForwardRequest next() {
    return ForwardRequest.builder().input(new int[] {4}, new int[] {3}).build();
  }

  private static ContextView only(MarketView market) {
    assertThat(market.contexts()).hasSize(1);
    return market.contexts().getFirst();
  }
}
