package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class GeneratorTest {
  private final EchoRuntime runtime = new EchoRuntime("{}", 16);
  private final Model model = new Session(runtime).model();

  @Test
  void stopsAtTheModelsStopTokenWhichStaysOut() {
    try (Context context = model.newContext()) {
      Generator generator = context.user("hey").cue().generate(Sampler.greedy());
      assertThat(generator.finishReason()).isEmpty();
      assertThat(generator.text()).isEqualTo("hey");
      assertThat(generator.finishReason()).contains(FinishReason.STOP);
      assertThat(generator.generatedTokens()).isEqualTo(3);
      assertThat(generator.nextToken()).isEmpty();
      assertThat(context.tokens()).endsWith('h', 'e', 'y').doesNotContain(EchoRuntime.STOP);
    }
  }

  @Test
  void stopsAtTheLimit() {
    try (Context context = model.newContext()) {
      Generator generator = context.user("hello").cue().generate(Sampler.greedy()).maxTokens(2);
      assertThat(generator.text()).isEqualTo("he");
      assertThat(generator.finishReason()).contains(FinishReason.LENGTH);
      assertThat(runtime.passes).hasSize(2);
    }
  }

  @Test
  void generatorsThatAreStartedTogetherAreUnderWayTogether() {
    try (Context first = model.newContext();
        Context second = model.newContext()) {
      Generator a = first.user("abc").cue().generate(Sampler.greedy());
      Generator b = second.user("xy").cue().generate(Sampler.greedy());
      a.start();
      b.start().start();
      assertThat(runtime.mostUnderWay()).isEqualTo(2);
      assertThatThrownBy(first::fork)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("under way");
      assertThat(a.nextToken()).hasValue('a');
      assertThat(b.nextToken()).hasValue('x');
      assertThat(a.text()).isEqualTo("bc");
      assertThat(b.text()).isEqualTo("y");
    }
  }

  @Test
  void penaltiesGrowWithWhatWasGenerated() {
    try (Context context = model.newContext()) {
      Generator generator =
          context.user("aab").cue().generate(Sampler.greedy()).bias('z', 2).penalties(0.5f, 0.25f);
      assertThat(generator.text()).isEqualTo("aab");
    }
    List<TokenBias> biases =
        runtime.passes.stream().map(pass -> pass.bias().orElseThrow()).toList();
    assertThat(biases.get(0).tokens()).containsExactly('z');
    assertThat(biases.get(1).amounts()).containsExactly(2, -0.75f);
    assertThat(biases.get(2).amounts()).containsExactly(2, -1);
    assertThat(biases.get(3).tokens()).containsExactly('z', 'a', 'b');
    assertThat(biases.get(3).amounts()).containsExactly(2, -1, -0.75f);
  }

  @Test
  void tellsWhatTheModelMadeOfEachToken() {
    try (Context context = model.newContext()) {
      Generator generator = context.user("a").cue().generate(Sampler.greedy()).observe(3);
      assertThat(generator.nextToken()).hasValue('a');
      assertThat(generator.observation().orElseThrow().tokens()).containsExactly('a');
      assertThat(runtime.passes.getFirst().observedTokens()).hasValue(3);
    }
  }

  @Test
  void stopsAtTokensOfOnesOwn() {
    try (Context context = model.newContext()) {
      Generator generator =
          context.user("one,two").cue().generate(Sampler.greedy()).stopTokens(',');
      assertThat(generator.text()).isEqualTo("one");
    }
  }

  @Test
  void piecesAreWholeCharacters() {
    String text = "é ☀ 😀 ï";
    try (Context context = model.newContext()) {
      List<String> pieces = new ArrayList<>();
      context.user(text).cue().generate(Sampler.greedy()).forEach(pieces::add);
      assertThat(pieces).containsExactly("é", " ", "☀", " ", "😀", " ", "ï");
    }
  }

  @Test
  void bytesThatNeverBecomeTextComeOutAsReplacements() {
    TextPieces pieces = new TextPieces(model);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append(pieces.add(0xFF));
    }
    assertThat(text.length()).isGreaterThanOrEqualTo(47);
    text.append(pieces.add('x')).append(pieces.finish());
    assertThat(text.toString()).isEqualTo("\uFFFD".repeat(50) + "x");
  }

  @Test
  void anUnfinishedCharacterAtTheLimitComesOutAsAReplacement() {
    try (Context context = model.newContext()) {
      assertThat(context.user("☀").cue().generate(Sampler.greedy()).maxTokens(2).text())
          .isEqualTo("\uFFFD");
    }
  }

  @Test
  void canBeLeftAndTheContextUsedOn() {
    try (Context context = model.newContext()) {
      Generator generator = context.user("hello").cue().generate(Sampler.greedy());
      assertThat(generator.nextToken()).hasValue('h');
      assertThat(context.seal().user("bye").cue().generate(Sampler.greedy()).text())
          .isEqualTo("bye");
    }
  }

  @Test
  void allPassesHaveTheSeedThatTheGivenSeedDetermines() {
    List<Integer> first = seeds(7);
    assertThat(seeds(7)).isEqualTo(first);
    assertThat(seeds(8)).doesNotContainAnyElementsOf(first);
    assertThat(Set.copyOf(first)).hasSize(1);
  }

  @Test
  void draftsChangeTheNumberOfPassesAndNothingElse() {
    String echoed = "what is said is said again";
    assertThat(echo(echoed, generator -> generator)).isEqualTo(echoed);
    int plain = runtime.passes.size();
    Drafter wrong = (tokens, most) -> new int[] {tokens[tokens.length - 1] ^ 1, 'x'};
    assertThat(echo(echoed, generator -> generator.drafts(wrong))).isEqualTo(echoed);
    assertThat(runtime.passes).hasSize(plain);
    Generator[] looked = new Generator[1];
    assertThat(echo(echoed, generator -> looked[0] = generator.drafts(Drafter.promptLookup())))
        .isEqualTo(echoed);
    assertThat(looked[0].acceptedDrafts()).isPositive();
    assertThat(runtime.passes).hasSize(plain - looked[0].acceptedDrafts());
    assertThat(looked[0].generatedTokens()).isEqualTo(echoed.length());
  }

  @Test
  void draftsGoNeitherBeyondTheLimitNorBehindTheEnd() {
    Drafter all = (tokens, most) -> new int[] {'a', 'b', 'c', 'd', EchoRuntime.STOP, 'f', 'g'};
    try (Context context = model.newContext()) {
      context.user("abcd").cue();
      Generator cut = context.generate(Sampler.greedy()).maxTokens(3).drafts(all);
      assertThat(cut.text()).isEqualTo("abc");
      assertThat(cut.finishReason()).hasValue(FinishReason.LENGTH);
      assertThat(context.fork().tokens()).endsWith('a', 'b', 'c');
    }
    try (Context context = model.newContext()) {
      context.user("abcd").cue();
      int before = context.length();
      Generator ended = context.generate(Sampler.greedy()).drafts(all);
      assertThat(ended.text()).isEqualTo("abcd");
      assertThat(ended.finishReason()).hasValue(FinishReason.STOP);
      assertThat(context.length()).isEqualTo(before + 4);
      assertThat(runtime.passes.getLast().drafts()).containsExactly('a', 'b', 'c', 'd');
    }
  }

  private String echo(String text, UnaryOperator<Generator> more) {
    runtime.passes.clear();
    try (Context context = model.newContext()) {
      return more.apply(context.user(text).cue().generate(Sampler.greedy())).text();
    }
  }

  private List<Integer> seeds(long seed) {
    runtime.passes.clear();
    try (Context context = model.newContext()) {
      context.user("a longer text").cue().generate(Sampler.topP(0.8f, 0.9f)).seed(seed).text();
    }
    return runtime.passes.stream().map(pass -> pass.seed()).toList();
  }
}
