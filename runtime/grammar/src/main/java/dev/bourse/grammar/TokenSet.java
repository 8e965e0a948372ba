package dev.bourse.grammar;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A set of tokens in whichever form is smallest: a list of its members, a list of those that are
 * missing, or bits. Immutable.
 */
final class TokenSet {

  private enum Form {
    MEMBERS,
    MISSING,
    BITS
  }

  private final Form form;
  private final int[] list;
  private final long[] bits;

  private TokenSet(Form form, int[] list, long[] bits) {
    this.form = form;
    this.list = list;
    this.bits = bits;
  }

  /** The members of {@code set}, out of all tokens of a vocabulary that have bytes. */
  static TokenSet of(BitSet set, BitSet all) {
    int listMax = all.length() / 32;
    int count = set.cardinality();
    if (count <= listMax) {
      return new TokenSet(Form.MEMBERS, set.stream().toArray(), new long[0]);
    }
    if (all.cardinality() - count <= listMax) {
      BitSet missing = (BitSet) all.clone();
      missing.andNot(set);
      return new TokenSet(Form.MISSING, missing.stream().toArray(), new long[0]);
    }
    return new TokenSet(Form.BITS, new int[0], set.toLongArray());
  }

  /**
   * Adds the members to a mask.
   *
   * @param all the bits of all tokens that have bytes
   * @param scratch as long as the mask; overwritten
   */
  void addTo(long[] mask, long[] all, long[] scratch) {
    switch (form) {
      case MEMBERS -> {
        for (int token : list) {
          mask[token >> 6] |= 1L << token;
        }
      }
      case MISSING -> {
        Arrays.fill(scratch, 0);
        System.arraycopy(all, 0, scratch, 0, all.length);
        for (int token : list) {
          scratch[token >> 6] &= ~(1L << token);
        }
        or(mask, scratch);
      }
      case BITS -> or(mask, bits);
    }
  }

  private static void or(long[] mask, long[] bits) {
    for (int i = 0; i < bits.length; i++) {
      mask[i] |= bits[i];
    }
  }

  long bytes() {
    return 4L * list.length + 8L * bits.length;
  }
}
