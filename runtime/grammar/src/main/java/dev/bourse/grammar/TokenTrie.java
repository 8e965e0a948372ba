package dev.bourse.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Tokens by their bytes, in one pass: the nodes of a prefix tree in depth-first order, so that
 * skipping a subtree is a jump forward.
 */
final class TokenTrie {

  /** How many bytes lead to a node, its own included. */
  private final char[] depths;

  private final byte[] bytes;

  /** The first node that is not below this one. */
  private final int[] ends;

  /** Node {@code i} has the tokens from {@code tokenStarts[i]} to {@code tokenStarts[i + 1]}. */
  private final int[] tokenStarts;

  private final int[] tokens;

  private TokenTrie(char[] depths, byte[] bytes, int[] ends, int[] tokenStarts, int[] tokens) {
    this.depths = depths;
    this.bytes = bytes;
    this.ends = ends;
    this.tokenStarts = tokenStarts;
    this.tokens = tokens;
  }

  /** The tokens whose bytes are given; those without bytes are left out. */
  static TokenTrie of(byte[][] tokenBytes) {
    int[] sorted =
        IntStream.range(0, tokenBytes.length)
            .filter(token -> tokenBytes[token].length > 0)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(tokenBytes[a], tokenBytes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    int nodes = 0;
    byte[] before = {};
    for (int token : sorted) {
      nodes += tokenBytes[token].length - common(before, tokenBytes[token]);
      before = tokenBytes[token];
    }
    Builder builder = new Builder(nodes, sorted.length);
    before = new byte[0];
    for (int token : sorted) {
      byte[] now = tokenBytes[token];
      for (int depth = common(before, now); depth < now.length; depth++) {
        builder.node(depth + 1, now[depth]);
      }
      builder.token(token);
      before = now;
    }
    return builder.build();
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  int nodes() {
    return bytes.length;
  }

  int depth(int node) {
    return depths[node];
  }

  byte byteAt(int node) {
    return bytes[node];
  }

  int end(int node) {
    return ends[node];
  }

  int tokenCount(int node) {
    return tokenStarts[node + 1] - tokenStarts[node];
  }

  int token(int node, int index) {
    return tokens[tokenStarts[node] + index];
  }

  int maxDepth() {
    int max = 0;
    for (char depth : depths) {
      max = Math.max(max, depth);
    }
    return max;
  }

  /** The longest token that {@code text} goes on with at {@code from}, or -1. */
  int longest(byte[] text, int from) {
    int longest = -1;
    int node = 0;
    int end = bytes.length;
    for (int at = from; at < text.length; at++) {
      while (node < end && bytes[node] != text[at]) {
        node = ends[node];
      }
      if (node >= end) {
        break;
      }
      longest = tokenCount(node) > 0 ? token(node, 0) : longest;
      end = ends[node];
      node++;
    }
    return longest;
  }

  /** The tokens of some nodes only. */
  TokenTrie select(BitSet nodes) {
    int count = 0;
    int selectedTokens = 0;
    BitSet kept = new BitSet();
    for (int node = 0; node < bytes.length; node++) {
      int next = nodes.nextSetBit(node);
      if (next >= 0 && next < ends[node]) {
        kept.set(node);
        count++;
        selectedTokens += nodes.get(node) ? tokenCount(node) : 0;
      } else {
        node = ends[node] - 1;
      }
    }
    Builder builder = new Builder(count, selectedTokens);
    for (int node = kept.nextSetBit(0); node >= 0; node = kept.nextSetBit(node + 1)) {
      builder.node(depths[node], bytes[node]);
      for (int i = 0; nodes.get(node) && i < tokenCount(node); i++) {
        builder.token(token(node, i));
      }
    }
    return builder.build();
  }

  /** Takes nodes in depth-first order. */
  private static final class Builder {
    private final char[] depths;
    private final byte[] bytes;
    private final int[] ends;
    private final int[] tokenStarts;
    private final int[] tokens;
    private int node = -1;
    private int token;

    Builder(int nodes, int tokens) {
      depths = new char[nodes];
      bytes = new byte[nodes];
      ends = new int[nodes];
      tokenStarts = new int[nodes + 1];
      this.tokens = new int[tokens];
    }

    void node(int depth, byte b) {
      node++;
      depths[node] = (char) depth;
      bytes[node] = b;
      tokenStarts[node] = token;
    }

    void token(int id) {
      tokens[token++] = id;
    }

    TokenTrie build() {
      tokenStarts[depths.length] = token;
      int[] open = new int[Character.MAX_VALUE + 2];
      int deepest = 0;
      for (int i = 0; i < depths.length; i++) {
        for (; deepest >= depths[i]; deepest--) {
          ends[open[deepest]] = i;
        }
        deepest = depths[i];
        open[deepest] = i;
      }
      for (; deepest >= 1; deepest--) {
        ends[open[deepest]] = depths.length;
      }
      return new TokenTrie(depths, bytes, ends, tokenStarts, tokens);
    }
  }
}
