package dev.bourse.sdk;

import java.util.Arrays;

/** The tokens of a context with their positions: those evaluated, then those pending. */
final class TokenLog {
  private int[] tokens;
  private int[] positions;
  private int size;

  TokenLog() {
    tokens = new int[64];
    positions = new int[64];
  }

  /** The log of a context that was opened. Takes the arrays. */
  TokenLog(int[] tokens, int[] positions) {
    this.tokens = tokens;
    this.positions = positions;
    this.size = tokens.length;
  }

  private TokenLog(TokenLog other) {
    tokens = other.tokens.clone();
    positions = other.positions.clone();
    size = other.size;
  }

  TokenLog copy() {
    return new TokenLog(this);
  }

  int size() {
    return size;
  }

  /** The position a token gets that is not given one: right after the last. */
  int nextPosition() {
    return size == 0 ? 0 : positions[size - 1] + 1;
  }

  void add(int token, int position) {
    if (size == tokens.length) {
      int capacity = Math.max(64, 2 * size);
      tokens = Arrays.copyOf(tokens, capacity);
      positions = Arrays.copyOf(positions, capacity);
    }
    tokens[size] = token;
    positions[size] = position;
    size++;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  int[] tokens(int from) {
    return Arrays.copyOfRange(tokens, from, size);
  }

  int[] positions(int from) {
    return Arrays.copyOfRange(positions, from, size);
  }
}
