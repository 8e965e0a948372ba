package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.Balances.Holder;
import dev.bourse.model.Model;
import dev.bourse.scheduler.market.MarketConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users have, from one engine to the next. */
@Timeout(60)
class BalancesTest {
  private static final Random RANDOM = new Random(5);
  private static Model model;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static EngineConfig config(Tenant ann, Tenant others) {
    return EngineConfig.defaults(256)
        .withStep(8, 8)
        .withMarket(
            new MarketSettings(
                Policies.MARKET,
                MarketConfig.DEFAULT,
                Map.of("ann", ann),
                others,
                Duration.ofMillis(100)));
  }

  private static EngineConfig config() {
    return config(Tenant.DEFAULT, Tenant.DEFAULT);
  }

  private static double balance(Engine engine, String user) {
    try (EngineProcess process = engine.openProcess("look", user, 1)) {
      return process.account().balance();
    }
  }

  /** Ann and bob want the slots of the same steps, and ann offers more for them. */
  private static void trade(Engine engine) throws Exception {
    try (EngineProcess high = engine.openProcess("high", "ann", 1);
        EngineProcess low = engine.openProcess("low", "bob", 1)) {
      Context first = high.newContext();
      Context second = low.newContext();
      first.bid(4, 0);
      second.bid(0.7, 0);
      first.reserveWorkingPages(2);
      second.reserveWorkingPages(2);
      // As long as the lock is held no step can begin.
      List<CompletableFuture<ForwardResult>> passes =
          engine.locked(() -> List.of(first.forward(prompt()), second.forward(prompt())));
      for (CompletableFuture<ForwardResult> pass : passes) {
        pass.get();
      }
      assertThat(high.usage().paid()).isPositive();
      first.destroy();
      second.destroy();
    }
  }

  private static ForwardRequest prompt() {
    int[] tokens = RANDOM.ints(32, 0, 2000).toArray();
    return ForwardRequest.builder().input(tokens, IntStream.range(0, 32).toArray()).build();
  }

  @Test
  void anEngineGoesOnWithWhatAnotherHad() throws Exception {
    Balances before;
    try (Engine engine = Engine.start(model, config())) {
      trade(engine);
      before = engine.balances();
      assertThat(before.minted()).isEqualTo(2_000_000_000L);
      assertThat(before.holders()).extracting(Holder::user).containsExactly("ann", "bob");
      assertThat(before.holders()).anySatisfy(holder -> assertThat(holder.paid()).isPositive());
    }
    for (int restart = 0; restart < 3; restart++) {
      try (Engine engine = Engine.start(model, config())) {
        engine.restore(before);
        engine.check();
        assertThat(engine.balances()).isEqualTo(before);
        for (Holder holder : before.holders()) {
          assertThat(balance(engine, holder.user())).isEqualTo(holder.balance() / 1e6);
        }
        trade(engine);
        engine.check();
        Balances after = engine.balances();
        assertThat(after).isNotEqualTo(before);
        assertThat(after.minted()).isEqualTo(before.minted());
        before = after;
      }
    }
  }

  @Test
  void whatProcessesHaveIsTheirUsers() {
    Engine engine = Engine.start(model, config());
    try (engine) {
      EngineProcess process = engine.openProcess("rich", "ann", 4, new Budget(400, 250, none()));
      var _ = process.openChild("child", 1, new Budget(100, 0, none()));
      assertThat(balance(engine, "ann")).isEqualTo(600);
      Holder ann = new Holder("ann", 1_000, 1_000_000_000, 0, 1_000_000_000, 0);
      assertThat(engine.balances()).isEqualTo(new Balances(1_000_000_000, 0, 0, List.of(ann)));
    }
    assertThat(engine.balances().holders().getFirst().balance()).isEqualTo(1_000_000_000);
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }

  @Test
  void newSettingsHoldFromTheRestartOn() {
    Holder ann = new Holder("ann", 1_000, 400_000_000, 0, 1_000_000_000, 600_000_000);
    Holder bob = new Holder("bob", 1_000, 1_600_000_000, 0, 1_000_000_000, 0);
    Balances before = new Balances(2_000_000_000, 0, 0, List.of(ann, bob));
    // Ann is to have more credits and a smaller share; bob, who spends nothing, fewer to begin
    // with.
    EngineConfig changed = config(new Tenant(10, 1_500, 1), new Tenant(5_000, 20, 1));
    Balances after;
    try (Engine engine = Engine.start(model, changed)) {
      engine.restore(before);
      engine.check();
      after = engine.balances();
      assertThat(after.holders())
          .containsExactly(
              new Holder("ann", 10, 900_000_000, 0, 1_500_000_000, 600_000_000),
              new Holder("bob", 5_000, 1_600_000_000, 0, 1_000_000_000, 0));
      assertThat(after.minted()).isEqualTo(2_500_000_000L);
      assertThat(balance(engine, "cid")).isEqualTo(20);
    }
    try (Engine engine = Engine.start(model, changed)) {
      engine.restore(after);
      assertThat(engine.balances()).as("given once, not at each restart").isEqualTo(after);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    Holder ann = new Holder("ann", 1_000, 7, 0, 7, 0);
    assertThatThrownBy(() -> new Balances(8, 0, 0, List.of(ann)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("of 8 micro-credits, 7 are found, and dust 0");
    assertThatThrownBy(() -> new Balances(14, 0, 0, List.of(ann, ann)))
        .hasMessage("user ann is there twice");
    assertThatThrownBy(() -> new Holder("ann", 1, 1, 0, -1, 0))
        .hasMessageContaining("none is negative");
    long most = 1L << 53;
    Balances full =
        new Balances(most, 0, 0, List.of(new Holder("ann", 1, most, 0, 1_000_000_000, 0)));
    try (Engine engine = Engine.start(model, config(new Tenant(1, 2_000, 1), Tenant.DEFAULT))) {
      assertThatThrownBy(() -> engine.restore(full))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("user ann cannot be given 2000.0 credits");
    }
    try (Engine engine = Engine.start(model, config())) {
      assertThat(balance(engine, "ann")).isEqualTo(1_000);
      assertThatThrownBy(() -> engine.restore(full)).isInstanceOf(IllegalStateException.class);
    }
  }
}
