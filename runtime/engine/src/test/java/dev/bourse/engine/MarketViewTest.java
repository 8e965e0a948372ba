package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.model.Model;
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

  private static ForwardRequest next() {
    return ForwardRequest.builder().input(new int[] {4}, new int[] {3}).build();
  }

  private static ContextView only(MarketView market) {
    assertThat(market.contexts()).hasSize(1);
    return market.contexts().getFirst();
  }
}
