package dev.bourse.grammar;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * How long masks take over 150,000 tokens. Prints Markdown. Not a test: run {@code main} of the
 * test classes with the module's test class path.
 */
public final class MaskBench {

  private static final int TOKENS = 150_000;
  private static final int TEXTS = 40;
  private static final int TEXT_TOKENS = 60;

  private MaskBench() {}

  private static Map<String, Grammar> grammars() {
    Map<String, Grammar> grammars = new LinkedHashMap<>();
    grammars.put("JSON", Grammar.json());
    grammars.put(
        "schema: function call",
        Grammar.fromJsonSchema(
            """
            {"type":"object","properties":{"name":{"enum":["get_weather","send_mail"]},
             "arguments":{"type":"object","properties":{"city":{"type":"string"},
             "days":{"type":"integer","minimum":1,"maximum":14},"unit":{"enum":["C","F"]}},
             "required":["city"],"additionalProperties":false}},
             "required":["name","arguments"],"additionalProperties":false}"""));
    grammars.put(
        "schema: recursive tree",
        Grammar.fromJsonSchema(
            """
            {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":
             {"label":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},
             "required":["label"],"additionalProperties":false}}}"""));
    grammars.put(
        "schema: bounded strings",
        Grammar.fromJsonSchema(
            """
            {"type":"object","properties":{"title":{"type":"string","maxLength":80},
             "tags":{"type":"array","items":{"type":"string","minLength":2,"maxLength":20}},
             "date":{"type":"string","format":"date-time"}},
             "required":["title","tags","date"],"additionalProperties":false}"""));
    grammars.put("regex: e-mail", Grammar.fromRegex("[a-z0-9._]+@[a-z0-9]+(\\.[a-z]{2,10})+"));
    grammars.put("regex: any text in lines", Grammar.fromRegex("([^\\n]{1,80}\\n){1,20}"));
    grammars.put(
        "EBNF: arithmetic",
        Grammar.fromEbnf(
            """
            root ::= e
            e ::= t (" "? [+*/-] " "? t)*
            t ::= [0-9]+ | "(" e ")" | [a-z]+ "(" (e ("," " "? e)*)? ")"
            """));
    return grammars;
  }

  /** Times all grammars, the first round to warm up. */
  public static void main(String[] arguments) {
    long start = System.nanoTime();
    TokenVocabulary vocabulary = WordVocabulary.of(TOKENS);
    System.out.printf(
        "Vocabulary: %s, built in %d ms. Times in µs; known: the same mask once more.%n%n",
        vocabulary, (System.nanoTime() - start) / 1_000_000);
    for (boolean print : new boolean[] {false, false, true}) {
      if (print) {
        System.out.println(
            "| grammar | compiled in ms | masks | median | 90 % | 99 % | worst | known, median | accept, median |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
      }
      grammars().forEach((name, grammar) -> time(name, grammar, vocabulary, print));
    }
  }

  private static void time(
      String name, Grammar grammar, TokenVocabulary vocabulary, boolean print) {
    long start = System.nanoTime();
    CompiledGrammar compiled = new CompiledGrammar(grammar, vocabulary);
    long compilation = System.nanoTime() - start;
    long[] masks = new long[TEXTS * TEXT_TOKENS];
    long[] again = new long[masks.length];
    long[] accepts = new long[masks.length];
    int count = 0;
    long[] mask = new long[vocabulary.maskWords()];
    for (int text = 0; text < TEXTS; text++) {
      Random random = new Random(text);
      Matcher matcher = compiled.matcher();
      for (int i = 0; i < TEXT_TOKENS && !matcher.isTerminated(); i++) {
        long before = System.nanoTime();
        matcher.nextTokenMask(mask);
        long after = System.nanoTime();
        matcher.nextTokenMask(mask);
        long known = System.nanoTime();
        int token = choose(mask, random);
        long chosen = System.nanoTime();
        matcher.accept(token);
        accepts[count] = System.nanoTime() - chosen;
        masks[count] = after - before;
        again[count++] = known - after;
      }
    }
    if (print) {
      long[] sorted = sorted(masks, count);
      System.out.printf(
          "| %s | %.0f | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f |%n",
          name,
          compilation / 1e6,
          count,
          sorted[count / 2] / 1e3,
          sorted[count * 9 / 10] / 1e3,
          sorted[count * 99 / 100] / 1e3,
          sorted[count - 1] / 1e3,
          sorted(again, count)[count / 2] / 1e3,
          sorted(accepts, count)[count / 2] / 1e3);
    }
  }

  private static long[] sorted(long[] times, int count) {
    long[] sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static int choose(long[] mask, Random random) {
    int start = random.nextInt(64 * mask.length);
    for (int i = 0; i < 64 * mask.length; i++) {
      int token = (start + i) % (64 * mask.length);
      if ((mask[token >> 6] >>> token & 1) != 0) {
        return token;
      }
    }
    throw new IllegalStateException("no token is allowed");
  }
}
