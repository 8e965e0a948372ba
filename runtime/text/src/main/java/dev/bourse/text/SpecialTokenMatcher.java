package dev.bourse.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the texts of special tokens in a text. Where two overlap, the longer one wins (in bytes of
 * UTF-8), wherever it begins; of equally long ones the lower id, then the leftmost. That is what
 * comes of llama.cpp's way to cut the text at one token after the other, but in one pass.
 */
final class SpecialTokenMatcher {

  /** A special token at {@code [start, end)} of a text. */
  record Match(int start, int end, int id) {}

  /**
   * A text to look for.
   *
   * @param precedence the lower wins
   * @param always whether it counts even if special tokens are not parsed
   */
  private record Pattern(int id, String text, int precedence, boolean always) {}

  private record Candidate(int start, Pattern pattern) {}

  private final Map<Character, List<Pattern>> byFirstChar = new HashMap<>();
  private final BitSet firstChars = new BitSet();
  private final List<SpecialToken> tokens;

  SpecialTokenMatcher(Vocabulary vocabulary) {
    List<SpecialToken> found = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      switch (vocabulary.type(id)) {
        case CONTROL, USER_DEFINED, UNKNOWN -> {
          String text = vocabulary.token(id);
          Integer other = ids.putIfAbsent(text, id);
          if (other != null) {
            throw new VocabularyException(
                "token %d '%s' has the same text as token %d".formatted(id, text, other));
          }
          found.add(new SpecialToken(id, text, vocabulary.type(id)));
        }
        case NORMAL, UNUSED, BYTE -> {}
      }
    }
    tokens = List.copyOf(found);
    List<SpecialToken> sorted = new ArrayList<>(found);
    sorted.removeIf(token -> token.text().isEmpty());
    sorted.sort(
        Comparator.comparingInt(
                (SpecialToken token) -> token.text().getBytes(StandardCharsets.UTF_8).length)
            .reversed());
    for (int i = 0; i < sorted.size(); i++) {
      SpecialToken token = sorted.get(i);
      char first = token.text().charAt(0);
      firstChars.set(first);
      byFirstChar
          .computeIfAbsent(first, c -> new ArrayList<>())
          .add(new Pattern(token.id(), token.text(), i, !token.type().isSpecial()));
    }
  }

  /** All special tokens, by id. */
  List<SpecialToken> tokens() {
    return tokens;
  }

  /**
   * The special tokens of a text, from left to right, none overlapping another.
   *
   * @param parseSpecial whether control and unknown tokens count, and not only user-defined ones
   */
  List<Match> find(String text, boolean parseSpecial) {
    List<Candidate> candidates = candidates(text, parseSpecial);
    if (candidates.isEmpty()) {
      return List.of();
    }
    candidates.sort(
        Comparator.comparingInt((Candidate candidate) -> candidate.pattern().precedence())
            .thenComparingInt(Candidate::start));
    BitSet taken = new BitSet(text.length());
    List<Match> matches = new ArrayList<>();
    for (Candidate candidate : candidates) {
      int start = candidate.start();
      int end = start + candidate.pattern().text().length();
      int nextTaken = taken.nextSetBit(start);
      if (nextTaken < 0 || nextTaken >= end) {
        taken.set(start, end);
        matches.add(new Match(start, end, candidate.pattern().id()));
      }
    }
    matches.sort(Comparator.comparingInt(Match::start));
    return matches;
  }

  private List<Candidate> candidates(String text, boolean parseSpecial) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (firstChars.get(c)) {
        for (Pattern pattern : byFirstChar.getOrDefault(c, List.of())) {
          if ((parseSpecial || pattern.always()) && text.startsWith(pattern.text(), i)) {
            candidates.add(new Candidate(i, pattern));
          }
        }
      }
    }
    return candidates;
  }
}
