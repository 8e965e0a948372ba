package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.sdk.spi.ForwardRequest;
import org.junit.jupiter.api.Test;

final class ForwardTest {
  private final EchoRuntime runtime = new EchoRuntime("{}", 16);
  private final Context context = new Session(runtime).model().newContext();

  @Test
  void beginsWithThePendingTokens() {
    ForwardOutput output =
        context
            .append("ab")
            .forward()
            .input('x', 'y')
            .sample(0, Sampler.greedy())
            .sample(Sampler.greedy())
            .read(1, Probe.entropy())
            .execute();
    assertThat(output.token(0)).isEqualTo('b');
    assertThat(output.token(1)).isEqualTo('z');
    assertThat(output.entropy(2)).isEqualTo(0.5f);
    assertThat(context.tokens()).containsExactly('a', 'b', 'x', 'y');
    assertThat(context.pendingTokens()).isZero();
  }

  @Test
  void carriesMasksToTheEngine() {
    context
        .append("ab")
        .forward()
        .attentionMask(Mask.range(0, 1), Mask.of(true, true))
        .logitMask(Mask.only(5, 3))
        .sample(Sampler.greedy())
        .execute();
    ForwardRequest request = runtime.passes.getFirst();
    assertThat(request.attentionMask()).containsExactly(Mask.range(0, 1), Mask.range(0, 2));
    assertThat(request.logitMask()).contains(Mask.ofRuns(3, 1, 1, 1));
  }

  @Test
  void saysWhatIsWrongBeforeTheEngineSeesIt() {
    assertThatThrownBy(() -> context.forward().execute())
        .hasMessageContaining("at least one token");
    assertThatThrownBy(() -> context.forward().input('a').read(1, Probe.entropy()).execute())
        .hasMessageContaining("index 1 of a pass over 1 tokens");
    assertThatThrownBy(
            () -> context.forward().input('a', 'b').attentionMask(Mask.range(0, 1)).execute())
        .hasMessageContaining("1 attention masks for 2 tokens");
    assertThatThrownBy(() -> context.forward().input(new int[] {1}, new int[] {1, 2}))
        .hasMessageContaining("1 tokens but 2 positions");
    assertThat(runtime.passes).isEmpty();
  }

  @Test
  void runsOnce() {
    Forward forward = context.append("a").forward();
    forward.execute();
    assertThatThrownBy(forward::execute).hasMessageContaining("has run already");
  }

  @Test
  void saysWhichOutputIsOfAnotherKind() {
    ForwardOutput output = context.append("a").forward().readLast(Probe.entropy()).execute();
    assertThatThrownBy(() -> output.token(0)).hasMessage("output 0 is not a token: it is Entropy");
    assertThatThrownBy(() -> output.token(1)).hasMessageContaining("there is no output 1");
  }

  @Test
  void samplersRefuseImpossibleNumbers() {
    assertThatThrownBy(() -> Sampler.multinomial(-1)).hasMessageContaining("temperature is -1.0");
    assertThatThrownBy(() -> Sampler.multinomial(Float.NaN))
        .hasMessageContaining("temperature is NaN");
    assertThatThrownBy(() -> Sampler.topK(1, 0)).hasMessageContaining("k is 0");
    assertThatThrownBy(() -> Sampler.topP(1, 1.5f)).hasMessageContaining("p is 1.5");
    assertThatThrownBy(() -> Sampler.minP(1, 0)).hasMessageContaining("p is 0.0");
  }
}
