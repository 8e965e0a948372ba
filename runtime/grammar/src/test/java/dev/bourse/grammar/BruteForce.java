package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Compares a grammar with an independent judge on every text up to a length: what matches, and for
 * every beginning of a text that matches, every bit of the mask.
 */
final class BruteForce {

  private final CompiledGrammar grammar;
  private final List<String> letters;
  private final int length;
  private final Predicate<String> may;
  private final Predicate<String> must;
  private final Set<String> beginnings = new HashSet<>();
  private final Map<Configuration, Boolean> ends = new HashMap<>();

  /** How many texts and how many bits of masks were compared, by all together. */
  private static final AtomicLong TEXTS = new AtomicLong();

  private static final AtomicLong BITS = new AtomicLong();

  BruteForce(Grammar grammar, String alphabet, int length, Predicate<String> judge) {
    this(grammar, Vocabularies.letters(alphabet), length, judge, judge);
  }

  /**
   * A grammar that need not match all that is valid. Letters may be longer than a character.
   *
   * @param may what it may match
   * @param must what it has to match
   */
  BruteForce(
      Grammar grammar,
      List<String> letters,
      int length,
      Predicate<String> may,
      Predicate<String> must) {
    this.grammar = new CompiledGrammar(grammar, Vocabularies.small(letters));
    this.letters = letters;
    this.length = length;
    this.may = may;
    this.must = must;
  }

  static void printCounts() {
    System.out.printf("BruteForce: %,d texts, %,d bits of masks so far%n", TEXTS.get(), BITS.get());
  }

  void check() {
    List<String> all = new ArrayList<>(List.of(""));
    int from = 0;
    for (int size = 0; size < length; size++) {
      int to = all.size();
      for (; from < to; from++) {
        for (String letter : letters) {
          all.add(all.get(from) + letter);
        }
      }
    }
    for (String text : all) {
      boolean valid = must.test(text);
      boolean matches = Vocabularies.matches(grammar, text);
      if (matches != valid) {
        assertThat(matches && may.test(text)).as("match of '%s'", text).isTrue();
      }
      for (int end = 0; valid && end <= text.length(); end++) {
        beginnings.add(text.substring(0, end));
      }
      TEXTS.incrementAndGet();
    }
    for (String beginning : beginnings) {
      mask(beginning);
    }
  }

  private void mask(String beginning) {
    Matcher matcher = grammar.matcher();
    matcher.accept(Vocabularies.bytes(beginning));
    long[] mask = matcher.nextTokenMask();
    TokenVocabulary vocabulary = grammar.vocabulary();
    for (int token = 0; token < vocabulary.size(); token++) {
      boolean allowed = (mask[token >> 6] >>> token & 1) != 0;
      BITS.incrementAndGet();
      assertThat(matcher.allows(token))
          .as("after '%s', token %d", beginning, token)
          .isEqualTo(allowed);
      if (token == Vocabularies.STOP) {
        assertThat(allowed)
            .as("end after '%s'", beginning)
            .isEqualTo(Vocabularies.matches(grammar, beginning));
        continue;
      }
      String longer = beginning + new String(vocabulary.bytes(token), StandardCharsets.UTF_8);
      if (beginnings.contains(longer)) {
        assertThat(allowed).as("'%s' after '%s' can be completed", longer, beginning).isTrue();
      }
      if (allowed) {
        Matcher after = matcher.fork();
        after.accept(token);
        assertThat(canEnd(after)).as("'%s' after '%s' leads to an end", longer, beginning).isTrue();
      }
    }
  }

  private boolean canEnd(Matcher start) {
    return ends.computeIfAbsent(
        start.configuration(), from -> Completion.of(grammar.machine(), from).isPresent());
  }
}
