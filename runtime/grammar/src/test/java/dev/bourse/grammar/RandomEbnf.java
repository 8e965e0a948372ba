package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Grammars over a, b and c made at random, none left-recursive, each with texts. */
final class RandomEbnf {

  private final Random random;
  private final int rules;

  private RandomEbnf(long seed) {
    random = new Random(seed);
    rules = 1 + random.nextInt(4);
  }

  static String of(long seed) {
    RandomEbnf ebnf = new RandomEbnf(seed);
    StringBuilder text = new StringBuilder("root ::= " + ebnf.alternatives(0) + "\n");
    for (int i = 1; i < ebnf.rules; i++) {
      text.append("r").append(i).append(" ::= ").append(ebnf.alternatives(0)).append("\n");
    }
    return text.toString();
  }

  /** The first alternative is a letter, so that there is an end. */
  private String alternatives(int depth) {
    List<String> alternatives = new ArrayList<>(List.of(letter()));
    for (int i = random.nextInt(3); i > 0; i--) {
      alternatives.add(sequence(depth));
    }
    return String.join(" | ", alternatives);
  }

  /** A letter first, so that nothing is left-recursive. */
  private String sequence(int depth) {
    StringBuilder sequence = new StringBuilder(letter());
    for (int i = random.nextInt(4); i > 0; i--) {
      sequence.append(' ').append(part(depth));
    }
    return sequence.toString();
  }

  private String part(int depth) {
    String part =
        switch (random.nextInt(depth < 2 ? 6 : 4)) {
          case 0, 1 -> letter();
          case 2 -> "[a-b]";
          case 3 -> random.nextInt(rules) == 0 ? "root" : "r" + random.nextInt(rules);
          default -> "(" + alternatives(depth + 1) + ")";
        };
    part = part.equals("r0") ? "root" : part;
    return part + List.of("", "", "", "?", "*", "+", "{1,2}").get(random.nextInt(7));
  }

  private String letter() {
    return "\"" + "abc".charAt(random.nextInt(3)) + "\"";
  }
}
