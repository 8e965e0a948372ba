package dev.bourse.grammar;

import dev.bourse.text.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens of a tokenizer as bytes, sorted into a tree. Built once for each model (about 100 ms
 * for 150,000 tokens). Immutable, safe for use by many threads.
 *
 * <p>Special tokens are no text and never match, but for those that are allowed explicitly, which
 * match their text. Stop tokens match the end of the text and nothing else.
 */
public final class TokenVocabulary {

  /** The longest token; it fits the tree's columns. */
  private static final int TOKEN_BYTES_MAX = Character.MAX_VALUE;

  private final byte[][] bytes;
  private final BitSet stops = new BitSet();
  private final TokenTrie trie;
  private final TokenGroup shortTokens;
  private final TokenGroup longTokens;
  private final int longest;

  private TokenVocabulary(byte[][] bytes, Iterable<Integer> stopTokens) {
    this.bytes = bytes;
    for (int stop : stopTokens) {
      checkId(stop);
      bytes[stop] = new byte[0];
      stops.set(stop);
    }
    for (int token = 0; token < bytes.length; token++) {
      if (bytes[token].length > TOKEN_BYTES_MAX) {
        throw new IllegalArgumentException(
            "token %d has %d bytes; at most %d are supported"
                .formatted(token, bytes[token].length, TOKEN_BYTES_MAX));
      }
    }
    trie = TokenTrie.of(bytes);
    shortTokens = new TokenGroup(bytes, length -> length <= Lookalikes.BYTES);
    longTokens = new TokenGroup(bytes, length -> length > Lookalikes.BYTES);
    longest = trie.maxDepth();
  }

  /** A tokenizer's tokens; every token that ends generation is a stop token. */
  public static TokenVocabulary of(Tokenizer tokenizer) {
    return of(tokenizer, tokenizer.specialIds().endOfGeneration(), Set.of());
  }

  /**
   * A tokenizer's tokens.
   *
   * @param stopTokens tokens that are allowed exactly where the text may end
   * @param allowedSpecial special tokens that stand for their text
   * @throws IllegalArgumentException if there is no such token
   */
  public static TokenVocabulary of(
      Tokenizer tokenizer, List<Integer> stopTokens, Set<Integer> allowedSpecial) {
    byte[][] bytes = new byte[tokenizer.size()][];
    for (int token = 0; token < bytes.length; token++) {
      boolean text = !tokenizer.isSpecial(token) || allowedSpecial.contains(token);
      bytes[token] = text ? tokenizer.bytes(token) : new byte[0];
    }
    return new TokenVocabulary(bytes, stopTokens);
  }

  /**
   * Tokens by their bytes; one without bytes never matches.
   *
   * @param stopTokens tokens that are allowed exactly where the text may end
   */
  public static TokenVocabulary ofBytes(List<byte[]> tokens, List<Integer> stopTokens) {
    return new TokenVocabulary(
        tokens.stream().map(byte[]::clone).toArray(byte[][]::new), stopTokens);
  }

  /** How many tokens there are, those included that never match. */
  public int size() {
    return bytes.length;
  }

  /** How many {@code long}s a mask over these tokens has. */
  public int maskWords() {
    return (bytes.length + 63) / 64;
  }

  boolean isStop(int token) {
    return stops.get(token);
  }

  boolean hasStops() {
    return !stops.isEmpty();
  }

  void addStops(long[] mask) {
    for (int token = stops.nextSetBit(0); token >= 0; token = stops.nextSetBit(token + 1)) {
      mask[token >> 6] |= 1L << token;
    }
  }

  /** The bytes of a token: the array itself, not to be written to. */
  byte[] bytes(int token) {
    checkId(token);
    return bytes[token];
  }

  /** Tokens that are these bytes together, each as long as possible; empty if there are none. */
  Optional<int[]> cover(byte[] text) {
    IntStream.Builder tokens = IntStream.builder();
    for (int at = 0; at < text.length; ) {
      int token = trie.longest(text, at);
      if (token < 0) {
        return Optional.empty();
      }
      tokens.add(token);
      at += bytes[token].length;
    }
    return Optional.of(tokens.build().toArray());
  }

  /** Those that states can share what they know about. */
  TokenGroup shortTokens() {
    return shortTokens;
  }

  TokenGroup longTokens() {
    return longTokens;
  }

  TokenTrie trie() {
    return trie;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  void checkId(int token) {
    if (token < 0 || token >= bytes.length) {
      throw new IllegalArgumentException(
          "token id " + token + " is not in [0, " + bytes.length + "), the vocabulary");
    }
  }

  @Override
  public String toString() {
    return bytes.length
        + " tokens, "
        + Arrays.stream(bytes).mapToInt(b -> b.length).sum()
        + " bytes";
  }
}
