package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Program;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.Forward;
import dev.bourse.sdk.ForwardOutput;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Mask;
import dev.bourse.sdk.Matcher;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Probe;
import dev.bourse.sdk.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Speculation, constraints, masks and forks, each with and without the others: the text is the one
 * that comes token by token, chosen here from the raw logits.
 */
class CombinationsTest {
  private static final int SEEDS = 8;
  private static final int TEXT = 30;
  private static final int VOCABULARY = 2048;
  private static final String REGEX = "([a-z]{1,6}( |, |\\. |\\n)){60,90}";

  private static dev.bourse.model.Model weights;
  private static Engine engine;
  private static InferletHost host;

  /** What of it all a text is made with. */
  record Combination(
      boolean speculates, boolean constrained, boolean masked, boolean forks, int seed) {
    Random random() {
      return new Random(seed);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    weights = TestModel.load();
    engine = Engine.start(weights, EngineConfig.defaults(4096));
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(weights))),
            Optional.empty());
  }

  @AfterAll
  static void stop() {
    host.close();
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    engine.close();
    weights.close();
  }

  static Stream<Combination> all() {
    return IntStream.range(0, 16 * SEEDS)
        .mapToObj(
            i -> new Combination((i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0, i / 16));
  }

  @ParameterizedTest
  @MethodSource("all")
  void theTextIsTheSame(Combination combination) throws Exception {
    String text = inModel(model -> Arrays.toString(new Writer(model, combination).write()));
    String plain = inModel(model -> Arrays.toString(new Writer(model, combination).plain()));
    assertThat(text).isEqualTo(plain);
  }

  private static String inModel(Function<Model, String> work) throws Exception {
    Program program = Program.of("it", () -> session -> work.apply(session.model()));
    return TestHosts.result(
        host.launch(LaunchRequest.of(program, "{}")).outcome().get(60, TimeUnit.SECONDS));
  }

  private static final class Writer {
    private final Model model;
    private final Combination combination;
    private final int[] prompt;
    private final Mask allowed;
    private final Optional<Matcher> matcher;
    private final boolean[][] attended = new boolean[256][];

    Writer(Model model, Combination combination) {
      this.model = model;
      this.combination = combination;
      Random random = combination.random();
      prompt = random.ints(5 + random.nextInt(40), 0, VOCABULARY).toArray();
      boolean[] some = new boolean[VOCABULARY];
      for (int token = 0; token < some.length; token++) {
        some[token] = random.nextInt(5) > 0;
      }
      // The letters stay, so that under a constraint there is always something left.
      for (int token : model.encode("a b c d e f g h i j k l m n o p q r s t u v w x y z, ")) {
        some[token] = true;
      }
      allowed = Mask.of(some);
      for (int row = 0; row < attended.length; row++) {
        attended[row] = new boolean[row + 1];
        for (int slot = 0; slot <= row; slot++) {
          attended[row][slot] = slot == row || random.nextInt(4) > 0;
        }
      }
      matcher =
          combination.constrained()
              ? Optional.of(model.matcher(Grammar.regex(REGEX)))
              : Optional.empty();
    }

    /** The attention masks of rows that begin behind {@code before} tokens. */
    private Mask[] attention(int before, int rows) {
      return IntStream.range(before, before + rows)
          .mapToObj(row -> Mask.of(attended[row]))
          .toArray(Mask[]::new);
    }

    /** Token by token, the likeliest of those that may be: no drafts, no masks of the engine's. */
    int[] plain() {
      int[] text = new int[TEXT];
      try (Context context = model.newContext()) {
        int[] next = prompt;
        for (int i = 0; i < TEXT; i++) {
          Forward forward = context.forward().input(next).readLast(Probe.rawLogits());
          if (combination.masked()) {
            forward.attentionMask(attention(context.length(), next.length));
          }
          text[i] = likeliest(forward.execute().logits(0));
          matcher.ifPresent(accepting(text[i]));
          next = new int[] {text[i]};
        }
      }
      matcher.ifPresent(Matcher::close);
      return text;
    }

    private static Consumer<Matcher> accepting(int... tokens) {
      return matcher -> matcher.accept(tokens);
    }

    private int likeliest(float[] logits) {
      Optional<Mask> follows = matcher.map(Matcher::nextTokens);
      int best = -1;
      for (int token = 0; token < logits.length; token++) {
        int candidate = token;
        boolean may =
            (!combination.masked() || allowed.contains(token))
                && follows.map(mask -> mask.contains(candidate)).orElse(true);
        if (may && (best < 0 || logits[token] > logits[best])) {
          best = token;
        }
      }
      return best;
    }

    /** By the engine, with all that the combination has. */
    int[] write() {
      Random random = new Random(~combination.seed());
      int[] known = new Writer(model, combination).plain();
      List<Integer> text = new ArrayList<>();
      Context context = model.newContext();
      int[] next = prompt;
      while (text.size() < TEXT) {
        if (combination.forks() && random.nextInt(3) == 0) {
          context = forked(context, random);
        }
        int[] drafts = combination.speculates() ? guess(known, text.size(), random) : new int[0];
        Forward forward = context.forward().input(next).drafts(drafts).sample(Sampler.greedy());
        if (combination.masked()) {
          forward.logitMask(allowed);
          forward.attentionMask(attention(context.length(), next.length + drafts.length));
        }
        matcher.ifPresent(forward::constrain);
        ForwardOutput output = forward.execute();
        for (int token : output.acceptedDrafts()) {
          text.add(token);
        }
        text.add(output.token());
        matcher.ifPresent(accepting(output.acceptedDrafts()));
        matcher.ifPresent(accepting(output.token()));
        next = new int[] {output.token()};
      }
      context.close();
      matcher.ifPresent(Matcher::close);
      return text.stream().mapToInt(Integer::intValue).limit(TEXT).toArray();
    }

    /** Guesses that are right for a while, and then perhaps wrong. */
    private static int[] guess(int[] known, int from, Random random) {
      int[] guess = Arrays.copyOfRange(known, from, from + random.nextInt(9));
      int right = random.nextInt(guess.length + 1);
      for (int i = right; i < guess.length; i++) {
        guess[i] = random.nextInt(VOCABULARY);
      }
      return guess;
    }

    /** One of the two goes on; the other first writes something else, or ends. */
    private static Context forked(Context context, Random random) {
      Context fork = context.fork();
      Context other = random.nextBoolean() ? context : fork;
      if (random.nextBoolean()) {
        other.append(random.ints(5, 0, VOCABULARY).toArray()).flush();
      }
      other.close();
      return other == context ? fork : context;
    }
  }
}
