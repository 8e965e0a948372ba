package dev.bourse.sdk;

import java.util.Arrays;

/**
 * A set of positions (which earlier tokens a token attends to) or of token ids (which tokens may be
 * drawn), as the guest ABI carries it: binary run lengths. Runs alternate, the first one counts
 * what is <em>not</em> in the set, and everything after the last run is not in it either.
 *
 * {@snippet :
 * Mask.only(yes, no);          // two token ids
 * Mask.range(0, 4);            // the first four positions
 * Mask.of(true, true, false, true);
 * }
 */
public final class Mask {
  private final int[] runs;

  private Mask(int[] runs) {
    this.runs = runs;
  }

  /** The set of indices whose element is true. */
  public static Mask of(boolean... members) {
    Runs runs = new Runs();
    for (int i = 0; i < members.length; i++) {
      if (members[i]) {
        runs.add(i, i + 1);
      }
    }
    return new Mask(runs.toArray());
  }

  /** Exactly these indices, in any order. */
  public static Mask only(int... members) {
    int[] sorted = members.clone();
    Arrays.sort(sorted);
    if (sorted.length > 0 && sorted[0] < 0) {
      throw new IllegalArgumentException("a mask cannot contain the negative index " + sorted[0]);
    }
    Runs runs = new Runs();
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        runs.add(sorted[i], sorted[i] + 1);
      }
    }
    return new Mask(runs.toArray());
  }

  /** The indices from {@code from} to {@code to - 1}. */
  public static Mask range(int from, int to) {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("a mask cannot range from " + from + " to " + to);
    }
    Runs runs = new Runs();
    if (from < to) {
      runs.add(from, to);
    }
    return new Mask(runs.toArray());
  }

  /** The mask with these binary run lengths. */
  public static Mask ofRuns(int... runs) {
    long total = 0;
    for (int run : runs) {
      Checks.atLeast("a run length", run, 0);
      total += run;
    }
    if (total > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "run lengths add up to " + total + ", more than " + Integer.MAX_VALUE);
    }
    return new Mask(runs.clone());
  }

  /** This mask and everything in {@code other}. */
  public Mask or(Mask other) {
    boolean[] members = new boolean[Math.max(end(), other.end())];
    fill(members);
    other.fill(members);
    return of(members);
  }

  /** Whether {@code index} is in the set. */
  public boolean contains(int index) {
    int end = 0;
    for (int i = 0; i < runs.length; i++) {
      end += runs[i];
      if (index < end) {
        return i % 2 == 1;
      }
    }
    return false;
  }

  /** The binary run lengths: out, in, out, in, … */
  public int[] runs() {
    return runs.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask && Arrays.equals(runs, mask.runs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(runs);
  }

  @Override
  public String toString() {
    return "Mask" + Arrays.toString(runs);
  }

  private int end() {
    int end = 0;
    for (int run : runs) {
      end += run;
    }
    return end;
  }

  private void fill(boolean[] members) {
    int start = 0;
    for (int i = 0; i < runs.length; i++) {
      if (i % 2 == 1) {
        Arrays.fill(members, start, start + runs[i], true);
      }
      start += runs[i];
    }
  }

  /** Collects ascending ranges; neighbours merge. */
  private static final class Runs {
    private int[] lengths = new int[8];
    private int count;
    private int end;

    void add(int from, int to) {
      if (count > 0 && from == end) {
        lengths[count - 1] += to - from;
      } else {
        push(from - end);
        push(to - from);
      }
      end = to;
    }

    private void push(int length) {
      if (count == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      lengths[count++] = length;
    }

    int[] toArray() {
      return Arrays.copyOf(lengths, count);
    }
  }
}
