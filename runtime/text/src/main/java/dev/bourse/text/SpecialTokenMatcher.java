package dev.bourse.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the texts of special tokens in a text. Where two overlap, the longer one wins (in bytes of
 * UTF-8), wherever it begins; of equally long ones the lower id, then the leftmost. That is what
 * comes of llama.cpp's way to cut the text at one token after the other, but in one pass.
 *
 * <p>A model starts with this: no streams and no lambdas, whose first use costs milliseconds.
 */
final class SpecialTokenMatcher {

  /** A special token at {@code [start, end)} of a text. */
  record Match(int start, int end, int id) implements Comparable<Match> {
    @Override
    public int compareTo(Match other) {
      return Integer.compare(start, other.start);
    }
  }

  /** A token to look for; the one that wins an overlap comes first. */
  private record Pattern(SpecialToken token, int utf8Length) implements Comparable<Pattern> {
    @Override
    public int compareTo(Pattern other) {
      return utf8Length == other.utf8Length
          ? Integer.compare(token.id(), other.token.id())
          : Integer.compare(other.utf8Length, utf8Length);
    }
  }

  /** A place where a pattern stands; the one that wins an overlap comes first. */
  private record Candidate(Pattern pattern, int start) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int order = pattern.compareTo(other.pattern);
      return order == 0 ? Integer.compare(start, other.start) : order;
    }
  }

  private final List<SpecialToken> tokens;
  private final Map<Character, List<Pattern>> byFirstChar = new HashMap<>();
  private final BitSet firstChars = new BitSet();

  SpecialTokenMatcher(Vocabulary vocabulary) {
    List<SpecialToken> found = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      switch (vocabulary.type(id)) {
        case CONTROL, USER_DEFINED, UNKNOWN -> {
          SpecialToken token = new SpecialToken(id, vocabulary.token(id), vocabulary.type(id));
          Integer other = ids.putIfAbsent(token.text(), id);
          if (other != null) {
            throw new VocabularyException(
                "token %d '%s' has the same text as token %d".formatted(id, token.text(), other));
          }
          found.add(token);
          add(token);
        }
        case NORMAL, UNUSED, BYTE -> {}
      }
    }
    tokens = List.copyOf(found);
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
    Collections.sort(candidates);
    BitSet taken = new BitSet(text.length());
    List<Match> matches = new ArrayList<>();
    for (Candidate candidate : candidates) {
      SpecialToken token = candidate.pattern().token();
      int start = candidate.start();
      int end = start + token.text().length();
      int nextTaken = taken.nextSetBit(start);
      if (nextTaken < 0 || nextTaken >= end) {
        taken.set(start, end);
        matches.add(new Match(start, end, token.id()));
      }
    }
    Collections.sort(matches);
    return matches;
  }

  private List<Candidate> candidates(String text, boolean parseSpecial) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (firstChars.get(c)) {
        for (Pattern pattern : byFirstChar.getOrDefault(c, List.of())) {
          SpecialToken token = pattern.token();
          if ((parseSpecial || !token.type().isSpecial()) && text.startsWith(token.text(), i)) {
            candidates.add(new Candidate(pattern, i));
          }
        }
      }
    }
    return candidates;
  }

  private void add(SpecialToken token) {
    if (token.text().isEmpty()) {
      return;
    }
    char first = token.text().charAt(0);
    firstChars.set(first);
    List<Pattern> patterns = byFirstChar.get(first);
    if (patterns == null) {
      patterns = new ArrayList<>();
      byFirstChar.put(first, patterns);
    }
    patterns.add(new Pattern(token, token.text().getBytes(StandardCharsets.UTF_8).length));
  }
}
