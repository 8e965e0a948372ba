package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.sdk.manifest.Assembly;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.Segment;
import dev.bourse.sdk.manifest.SegmentKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts under names, as an inferlet's author uses them. */
final class SnapshotTest {
  private final EchoRuntime runtime = new EchoRuntime("{}", 16);
  private final Model model = new Session(runtime).model();

  @Test
  void saveEvaluatesWhatIsPendingAndOpenContinuesThere() {
    try (Context context = model.newContext()) {
      context.user("hello").cue().save("trip");
      assertThat(context.pendingTokens()).isZero();
    }
    try (Context opened = model.open("trip")) {
      assertThat(opened.length()).isEqualTo(7);
      assertThat(opened.pendingTokens()).isZero();
      assertThat(opened.generate(Sampler.greedy()).text()).isEqualTo("hello");
    }
    assertThat(runtime.openContexts()).isZero();
  }

  @Test
  void theLastDrawnTokenIsSavedToo() {
    try (Context context = model.newContext()) {
      Generator answer = context.user("hello").cue().generate(Sampler.greedy()).maxTokens(3);
      assertThat(answer.text()).isEqualTo("hel");
      context.save("half");
    }
    try (Context opened = model.open("half")) {
      assertThat(opened.tokens()).endsWith('h', 'e', 'l');
      assertThat(opened.generate(Sampler.greedy()).text()).isEqualTo("lo");
    }
  }

  @Test
  void theSnapshotStaysAsItWasAndTheContextGoesOn() {
    try (Context context = model.newContext()) {
      context.append("abc").save("abc").append("def").flush();
      try (Context opened = model.open("abc")) {
        opened.append("x").flush();
        assertThat(opened.tokens()).containsExactly('a', 'b', 'c', 'x');
      }
      assertThat(context.length()).isEqualTo(6);
    }
    try (Context again = model.open("abc")) {
      assertThat(again.tokens()).containsExactly('a', 'b', 'c');
    }
  }

  @Test
  void aNameIsTakenUnlessItIsToBeReplaced() {
    try (Context context = model.newContext()) {
      context.append("abc").save("n");
      assertThatThrownBy(() -> context.append("d").save("n"))
          .isInstanceOf(InferletException.class)
          .hasMessageContaining("already");
      context.save("n", SaveOptions.DEFAULT.replacing());
    }
    assertThat(model.snapshot("n").tokens()).isEqualTo(4);
  }

  @Test
  void takeEmptiesTheName() {
    try (Context context = model.newContext()) {
      context.append("abc").save("n");
    }
    try (Context taken = model.take("n")) {
      assertThat(taken.tokens()).containsExactly('a', 'b', 'c');
    }
    assertThatThrownBy(() -> model.open("n")).hasMessageContaining("no snapshot named n");
  }

  @Test
  void namesCanBeListedRenamedAndDeleted() {
    try (Context context = model.newContext()) {
      String name = context.append("abc").snapshot();
      context.save("b", SaveOptions.DEFAULT.expiringAfter(Duration.ofMinutes(1)).grantedTo("eve"));
      model.renameSnapshot(name, "a");
    }
    assertThat(model.snapshots()).extracting(SnapshotInfo::name).containsExactly("a", "b");
    assertThat(model.snapshot("b").expires()).contains(Instant.ofEpochSecond(60));
    assertThat(model.snapshot("b").grants()).containsExactly("eve");
    assertThat(model.snapshot("a").expires()).isEmpty();
    assertThat(model.hasSnapshot("a")).isTrue();
    model.deleteSnapshot("a");
    assertThat(model.hasSnapshot("a")).isFalse();
    assertThat(model.snapshots()).hasSize(1);
  }

  @Test
  void anOpenedContextIsCheckedAgainstItsManifest() {
    Segment system = Segment.of(SegmentKind.SYSTEM, "be brief\n");
    Assembly prompt = ContextManifest.assemble(model.runtime(), system);
    int[] stable = model.encode(prompt.stableText());
    ContextManifest manifest = prompt.manifest().withStableTokenization(stable);
    try (Context context = model.newContext()) {
      context.append(stable).save("prefix", manifest);
    }
    assertThat(model.snapshotManifest("prefix")).contains(manifest);
    model.open("prefix", manifest).close();
    ContextManifest other =
        ContextManifest.assemble(model.runtime(), Segment.of(SegmentKind.SYSTEM, "be long\n"))
            .manifest();
    assertThatThrownBy(() -> model.open("prefix", other))
        .isInstanceOf(InferletException.class)
        .hasMessageStartingWith("the context manifest does not match at segments[0]: saved with");
  }

  @Test
  void aManifestThatRecordsOtherTokensIsNotSaved() {
    ContextManifest manifest =
        ContextManifest.assemble(model.runtime(), Segment.of(SegmentKind.SYSTEM, "abc"))
            .manifest()
            .withStableTokenization('a', 'b', 'c');
    try (Context context = model.newContext()) {
      context.append("abd");
      assertThatThrownBy(() -> context.save("n", manifest))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at stableTokens: the manifest records 3 tokens");
    }
    assertThat(model.snapshots()).isEmpty();
  }

  @Test
  void aTimeToLiveIsAtLeastASecond() {
    assertThatThrownBy(() -> SaveOptions.DEFAULT.expiringAfter(Duration.ofMillis(999)))
        .hasMessageContaining("at least one second, not PT0.999S");
    assertThat(SaveOptions.DEFAULT.expiringAfter(Duration.ofMillis(1500)).ttlSeconds()).isOne();
  }

  @Test
  void anOpenedContextThatIsAllCommittedCannotGoOnWithoutAToken() {
    runtime.snapshots.put(
        "sealed",
        new EchoRuntime.Saved("x".repeat(16).chars().toArray(), 1, 0, SaveOptions.DEFAULT));
    try (Context opened = model.open("sealed")) {
      assertThatThrownBy(() -> opened.generate(Sampler.greedy()).nextToken())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("append something first");
      assertThat(opened.append("a").generate(Sampler.greedy()).maxTokens(1).text()).isEqualTo("b");
    }
  }

  @Test
  void anEmptySnapshotOpensAsAnEmptyContext() {
    runtime.snapshots.put("empty", new EchoRuntime.Saved(new int[0], 0, 0, SaveOptions.DEFAULT));
    try (Context opened = model.open("empty")) {
      assertThat(opened.user("hi").cue().generate(Sampler.greedy()).text()).isEqualTo("hi");
    }
  }

  @Test
  void windowsDropsAndSuspensionsReachTheEngineIfTheyMakeSense() {
    try (Context context = model.newContext()) {
      context.append("abc").window(4, 64).dropPages(1, 2).suspend();
      assertThat(runtime.calls).containsExactly("window 4 64", "drop 1 2", "suspend");
      assertThatThrownBy(() -> context.window(-1, 4)).hasMessageContaining("sinkTokens is -1");
      assertThatThrownBy(() -> context.window(0, 0)).hasMessageContaining("windowTokens is 0");
      assertThatThrownBy(() -> context.dropPages(-1, 1)).hasMessageContaining("first is -1");
      assertThatThrownBy(() -> context.dropPages(0, 0)).hasMessageContaining("count is 0");
    }
  }

  @Test
  void addsUpWhatItsPassesTook() {
    try (Context context = model.newContext()) {
      ForwardOutput output = context.append("abcd").forward().sample(Sampler.greedy()).execute();
      assertThat(output.receipt()).isEqualTo(new Receipt(3, 1, 0, 0, 1, EchoRuntime.PAYMENT));
      context.append("e").flush();
      assertThat(context.receipt())
          .isEqualTo(new Receipt(3, 2, 0, 0, 2, new Payment(1, 0.5, 0.125, 2000)));
    }
  }

  @Test
  void aClosedContextCannotBeSaved() {
    Context context = model.newContext();
    context.close();
    assertThatThrownBy(() -> context.save("n")).hasMessageContaining("closed");
    assertThatThrownBy(context::snapshot).hasMessageContaining("closed");
    assertThatThrownBy(context::suspend).hasMessageContaining("closed");
  }

  /** Saving and opening in the middle of anything changes nothing that can be seen. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 32})
  void continuesFromAnyStateAsIfNothingHadHappened(int pageSize) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Model echo = EchoRuntime.model(pageSize);
      Context straight = echo.newContext();
      Context saved = echo.newContext();
      straight.keepRemovable(seed % 20);
      saved.keepRemovable(seed % 20);
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            String text = "abcdefghijklmnopqrstuvwxyz".substring(0, random.nextInt(26));
            straight.append(text);
            saved.append(text);
          }
          case 1 -> {
            straight.flush();
            saved.save("s", SaveOptions.DEFAULT.replacing()).close();
            saved = random.nextBoolean() ? echo.open("s") : echo.take("s");
            saved.keepRemovable(seed % 20);
          }
          case 2 -> {
            assertThat(saved.removableTokens()).isEqualTo(straight.removableTokens());
            int tokens = random.nextInt(straight.removableTokens() + 1);
            straight.truncate(tokens);
            saved.truncate(tokens);
          }
          case 3 -> {
            straight.flush();
            saved.flush();
          }
          default -> {
            if (straight.length() > 0) {
              assertThat(saved.generate(Sampler.greedy()).maxTokens(2).tokens())
                  .isEqualTo(straight.generate(Sampler.greedy()).maxTokens(2).tokens());
            }
          }
        }
        assertThat(saved.tokens()).isEqualTo(straight.tokens());
        assertThat(saved.pendingTokens()).isEqualTo(straight.pendingTokens());
        assertThat(saved.committedPages()).isEqualTo(straight.committedPages());
        assertThat(saved.workingPages()).isEqualTo(straight.workingPages());
      }
    }
  }
}
