package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContextTest {
  private final EchoRuntime runtime = new EchoRuntime("{}", 16);
  private final Model model = new Session(runtime).model();

  @Test
  void fillsThePendingBufferWithoutComputing() {
    try (Context context = model.newContext()) {
      context.user("hello").cue();
      assertThat(context.pendingTokens()).isEqualTo(7);
      assertThat(context.length()).isEqualTo(7);
      assertThat(runtime.passes).isEmpty();
    }
  }

  @Test
  void flushComputesWhatIsPendingOnce() {
    try (Context context = model.newContext()) {
      context.append("abc").flush().flush();
      assertThat(context.pendingTokens()).isZero();
      assertThat(runtime.passes).hasSize(1);
    }
  }

  @Test
  void mergesASystemTurnIntoTheFirstUserTurnThatFollows() {
    try (Context context = model.newContext()) {
      context.system("be brief").user("hi").cue();
      assertThat(context.generate(Sampler.greedy()).text()).isEqualTo("be brief|hi");
    }
  }

  @Test
  void rendersASystemTurnAloneWhenNoUserTurnFollows() {
    try (Context context = model.newContext()) {
      context.system("x");
      assertThat(context.length()).isEqualTo(2);
      context.flush();
      assertThat(context.tokens()).containsExactly(EchoRuntime.SYSTEM, 'x');
    }
  }

  @Test
  void keepsTheLastTokenOutOfCommittedPages() {
    try (Context context = model.newContext()) {
      context.append("x".repeat(32)).flush();
      assertThat(context.committedPages()).isEqualTo(1);
      assertThat(context.workingTokens()).isEqualTo(16);
      context.append("y").flush();
      assertThat(context.committedPages()).isEqualTo(2);
    }
  }

  @Test
  void continuesAContextWithNothingPending() {
    try (Context context = model.newContext()) {
      context.user("0123456789abcd").cue().flush();
      assertThat(context.length()).isEqualTo(16);
      assertThat(context.generate(Sampler.greedy()).text()).isEqualTo("0123456789abcd");
    }
  }

  @Test
  void refusesToContinueAnEmptyContext() {
    try (Context context = model.newContext()) {
      assertThatThrownBy(() -> context.generate(Sampler.greedy()).text())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the context is empty");
    }
  }

  @Test
  void forksShareWhatIsComputedAndCopyWhatIsPending() {
    try (Context prompt = model.newContext()) {
      prompt.append("x".repeat(100)).flush().user("shared ");
      int before = runtime.tokensComputed();
      try (Context left = prompt.fork();
          Context right = prompt.fork()) {
        assertThat(left.append("left").cue().generate(Sampler.greedy()).text())
            .isEqualTo("shared left");
        assertThat(right.append("right").cue().generate(Sampler.greedy()).text())
            .isEqualTo("shared right");
      }
      assertThat(runtime.tokensComputed() - before).isLessThan(60);
      assertThat(prompt.length()).isEqualTo(108);
      assertThat(prompt.pendingTokens()).isEqualTo(8);
    }
    assertThat(runtime.openContexts()).isZero();
  }

  @Test
  void truncatesPendingTokensFirstThenWorkingOnes() {
    try (Context context = model.newContext()) {
      context.append("abcdef").flush().append("gh").truncate(3);
      assertThat(context.length()).isEqualTo(5);
      assertThat(context.workingTokens()).isEqualTo(5);
      assertThat(context.forward().sample(0, Sampler.greedy()).input('e').execute().token())
          .isEqualTo('f');
      assertThat(context.tokens()).containsExactly('a', 'b', 'c', 'd', 'e', 'e');
    }
  }

  @Test
  void saysHowFarTruncationCanReach() {
    try (Context context = model.newContext()) {
      context.append("x".repeat(40)).flush();
      assertThatThrownBy(() -> context.truncate(8))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("only the last 7")
          .hasMessageContaining("keepRemovable");
    }
  }

  @Test
  void keepsAsManyTokensRemovableAsAskedFor() {
    try (Context context = model.newContext()) {
      context.keepRemovable(30).append("x".repeat(100)).flush().truncate(30);
      assertThat(context.length()).isEqualTo(70);
      assertThat(context.workingPages()).isEqualTo(1);
    }
  }

  @Test
  void aFailedPassLeavesTheContextAsItWas() {
    try (Context context = model.newContext()) {
      context.user("again").cue();
      runtime.failNextPass();
      assertThatThrownBy(context::flush)
          .isInstanceOf(InferletException.class)
          .hasMessage("no pages left");
      assertThat(context.pendingTokens()).isEqualTo(7);
      assertThat(context.generate(Sampler.greedy()).text()).isEqualTo("again");
    }
  }

  @Test
  void aClosedContextRefusesEverythingButClosing() {
    Context context = model.newContext();
    context.close();
    context.close();
    assertThatThrownBy(() -> context.append("x")).hasMessageContaining("closed");
    assertThatThrownBy(context::length).hasMessageContaining("closed");
    assertThatThrownBy(context::fork).hasMessageContaining("closed");
  }

  /**
   * Any interleaving of operations ends with the tokens that a plain list would hold, on any page
   * size.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 32})
  void holdsTheTokensOfAnyInterleaving(int pageSize) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      StringBuilder expected = new StringBuilder();
      Context context = EchoRuntime.model(pageSize).newContext();
      context.keepRemovable(random.nextInt(20));
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            String text = "abcdefghijklmnopqrstuvwxyz".repeat(2).substring(0, random.nextInt(40));
            context.append(text);
            expected.append(text);
          }
          case 1 -> context.flush();
          case 2 -> {
            int tokens = random.nextInt(context.removableTokens() + 1);
            context.truncate(tokens);
            expected.setLength(expected.length() - tokens);
          }
          case 3 -> {
            Context fork = context.fork();
            context.append("gone").flush().close();
            context = fork;
          }
          default -> {
            if (!expected.isEmpty()) {
              int token = context.generate(Sampler.greedy()).maxTokens(1).tokens()[0];
              assertThat(token).isEqualTo(expected.charAt(expected.length() - 1) + 1);
              expected.append((char) token);
            }
          }
        }
        assertThat(context.length()).isEqualTo(expected.length());
        assertThat(context.length() - context.pendingTokens())
            .isEqualTo(context.committedPages() * pageSize + context.workingTokens());
      }
      assertThat(context.tokens()).containsExactly(expected.chars().toArray());
      context.close();
    }
  }
}
