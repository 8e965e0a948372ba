package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Compares a grammar with an independent judge on every text up to a length: what matches, and for
 * every beginning of a text that matches, every bit of the mask.
 */
final class BruteForce {

  /** Bytes within which a text that goes on must be able to end. */
  private static final int COMPLETION_MAX = 40;

  private final CompiledGrammar grammar;
  private final String alphabet;
  private final int length;
  private final Predicate<String> judge;
  private final Set<String> beginnings = new HashSet<>();

  /** How many texts and how many bits of masks were compared. */
  private long texts;

  private long bits;

  BruteForce(Grammar grammar, String alphabet, int length, Predicate<String> judge) {
    this.grammar = new CompiledGrammar(grammar, Vocabularies.small(alphabet));
    this.alphabet = alphabet;
    this.length = length;
    this.judge = judge;
  }

  long bits() {
    return bits;
  }

  long texts() {
    return texts;
  }

  void check() {
    List<String> all = new ArrayList<>(List.of(""));
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).length() < length) {
        for (String c : Vocabularies.letters(alphabet)) {
          all.add(all.get(i) + c);
        }
      }
    }
    for (String text : all) {
      boolean valid = judge.test(text);
      assertThat(Vocabularies.matches(grammar, text)).as("match of '%s'", text).isEqualTo(valid);
      for (int end = 0; valid && end <= text.length(); end++) {
        beginnings.add(text.substring(0, end));
      }
      texts++;
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
      bits++;
      assertThat(matcher.allows(token))
          .as("after '%s', token %d", beginning, token)
          .isEqualTo(allowed);
      if (token == Vocabularies.STOP) {
        assertThat(allowed).as("end after '%s'", beginning).isEqualTo(judge.test(beginning));
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

  /** Breadth first, byte by byte, every configuration once. */
  private boolean canEnd(Matcher start) {
    Set<Configuration> seen = new HashSet<>();
    List<Configuration> level = List.of(start.configuration());
    for (int i = 0; i < COMPLETION_MAX && !level.isEmpty(); i++) {
      List<Configuration> next = new ArrayList<>();
      for (Configuration configuration : level) {
        if (configuration.ended) {
          return true;
        }
        for (int b = 0; b < grammar.machine().automaton().classes(); b++) {
          Configuration after = grammar.machine().step(configuration, b);
          if (!after.isDead() && seen.add(after)) {
            next.add(after);
          }
        }
      }
      level = next;
    }
    return false;
  }
}
