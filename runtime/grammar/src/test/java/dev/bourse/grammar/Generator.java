package dev.bourse.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Writes texts by choosing among the tokens that a mask allows. */
final class Generator {

  private final CompiledGrammar grammar;
  private final Random random;
  private final int tokensMax;

  Generator(CompiledGrammar grammar, long seed, int tokensMax) {
    this.grammar = grammar;
    random = new Random(seed);
    this.tokensMax = tokensMax;
  }

  /** A text; when it gets long it is brought to its end by the shortest way. */
  String next() {
    Matcher matcher = grammar.matcher();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (!matcher.isTerminated() && matcher.tokens() < tokensMax) {
      int token = choose(matcher.nextTokenMask());
      matcher.accept(token);
      if (!grammar.vocabulary().isStop(token)) {
        text.writeBytes(grammar.vocabulary().bytes(token));
      }
    }
    if (!matcher.isTerminated()) {
      text.writeBytes(
          Completion.of(grammar.machine(), matcher.configuration())
              .orElseThrow(() -> new AssertionError("'" + text + "' cannot end")));
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private int choose(long[] mask) {
    int count = 0;
    for (long word : mask) {
      count += Long.bitCount(word);
    }
    if (count == 0) {
      throw new AssertionError("no token is allowed");
    }
    int skip = random.nextInt(count);
    for (int i = 0; ; i++) {
      if (skip < Long.bitCount(mask[i])) {
        long word = mask[i];
        for (; skip > 0; skip--) {
          word &= word - 1;
        }
        return 64 * i + Long.numberOfTrailingZeros(word);
      }
      skip -= Long.bitCount(mask[i]);
    }
  }
}
