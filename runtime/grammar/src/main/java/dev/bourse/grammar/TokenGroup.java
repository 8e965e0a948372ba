package dev.bourse.grammar;

import java.util.BitSet;
import java.util.function.IntPredicate;

/** Some tokens of a vocabulary, as a tree and as a set. Immutable. */
final class TokenGroup {

  private final TokenTrie trie;
  private final BitSet tokens = new BitSet();
  private final long[] bits;

  /** The tokens whose length a predicate holds for, of those that have bytes. */
  TokenGroup(byte[][] bytes, IntPredicate length) {
    byte[][] chosen = new byte[bytes.length][];
    for (int token = 0; token < bytes.length; token++) {
      boolean here = bytes[token].length > 0 && length.test(bytes[token].length);
      tokens.set(token, here);
      chosen[token] = here ? bytes[token] : new byte[0];
    }
    trie = TokenTrie.of(chosen);
    bits = tokens.toLongArray();
  }

  TokenTrie trie() {
    return trie;
  }

  /** The members; not to be changed. */
  BitSet tokens() {
    return tokens;
  }

  /** The members as the words of a mask; not to be written to. */
  long[] bits() {
    return bits;
  }
}
