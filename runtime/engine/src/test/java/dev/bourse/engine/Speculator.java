package dev.bourse.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a text in a context twice: token by token, and with drafts of which some are wrong. What
 * may be drawn can depend on the token before, so that every row has a mask of its own.
 */
final class Speculator {
  /** Allows a token after another by a rule that has no pattern; at least one is always allowed. */
  record Constraint(int vocabulary, int share) {
    int[] maskAfter(int token) {
      List<Integer> runs = new ArrayList<>();
      boolean value = false;
      int run = 0;
      for (int next = 0; next < vocabulary; next++) {
        if (allows(token, next) != value) {
          runs.add(run);
          run = 0;
          value = !value;
        }
        run++;
      }
      runs.add(run);
      return runs.stream().mapToInt(Integer::intValue).toArray();
    }

    boolean allows(int token, int next) {
      return next == 17 || Math.floorMod(SplitMix.mix(token, next), share) == 0;
    }
  }

  private final Sampler sampler;
  private final int seed;
  private final @Nullable Constraint constraint;

  Speculator(Sampler sampler, int seed, @Nullable Constraint constraint) {
    this.sampler = sampler;
    this.seed = seed;
    this.constraint = constraint;
  }

  /** {@code count} tokens after {@code prompt}, one at a time. */
  int[] plain(Line line, int[] prompt, int count) throws Exception {
    int[] text = new int[count];
    int[] next = prompt;
    for (int i = 0; i < count; i++) {
      List<Slot> slots = line.speculate(request(next, new int[0]), next, new int[0]).slots();
      text[i] = ((Slot.Token) slots.getFirst()).id();
      next = new int[] {text[i]};
    }
    return text;
  }

  /** The pass that appends {@code input}, and drafts. */
  ForwardRequest.Builder request(int[] input, int[] drafts) {
    ForwardRequest.Builder request =
        ForwardRequest.builder().read(sampler, input.length - 1).seed(seed);
    if (constraint != null) {
      request.logitMask(constraint.maskAfter(input[input.length - 1]));
      if (drafts.length > 0) {
        request.draftLogitMasks(
            Arrays.stream(drafts).mapToObj(constraint::maskAfter).toArray(int[][]::new));
      }
    }
    return request;
  }

  /** Tokens of {@code text} from {@code from} on, each of them wrong with a probability. */
  static int[] drafts(int[] text, int from, int count, double wrong, Random random) {
    return IntStream.range(from, from + count)
        .map(i -> random.nextDouble() < wrong ? random.nextInt(2000) : text[i % text.length])
        .toArray();
  }
}
