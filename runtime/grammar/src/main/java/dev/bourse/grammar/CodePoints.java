package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A set of Unicode scalar values (surrogates are no characters), as disjoint ranges in ascending
 * order. Immutable.
 */
final class CodePoints {

  static final CodePoints NONE = new CodePoints(new int[0]);

  static final CodePoints ALL =
      new CodePoints(new int[] {0, 0xD7FF, 0xE000, Character.MAX_CODE_POINT});

  /** First and last of each range, one after the other. */
  private final int[] bounds;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  static CodePoints of(int codePoint) {
    return range(codePoint, codePoint);
  }

  static CodePoints of(String members) {
    return ofRanges(members.codePoints().mapToObj(c -> new int[] {c, c}).toList());
  }

  /** From {@code first} to {@code last}, both included, without surrogates. */
  static CodePoints range(int first, int last) {
    return ofRanges(List.of(new int[] {first, last}));
  }

  /** All that a predicate holds for. */
  static CodePoints where(IntPredicate predicate) {
    List<int[]> ranges = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (predicate.test(c)) {
        int first = c;
        while (c < Character.MAX_CODE_POINT && predicate.test(c + 1)) {
          c++;
        }
        ranges.add(new int[] {first, c});
      }
    }
    return ofRanges(ranges);
  }

  /** The union of ranges in any order. */
  static CodePoints ofRanges(List<int[]> ranges) {
    List<int[]> merged = new ArrayList<>();
    List<int[]> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(range -> range[0]));
    for (int[] range : sorted) {
      int[] last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && range[0] <= last[1] + 1) {
        last[1] = Math.max(last[1], range[1]);
      } else {
        merged.add(range.clone());
      }
    }
    return new CodePoints(merged.stream().flatMapToInt(Arrays::stream).toArray()).intersection(ALL);
  }

  CodePoints union(CodePoints other) {
    List<int[]> ranges = new ArrayList<>(ranges());
    ranges.addAll(other.ranges());
    return ofRanges(ranges);
  }

  CodePoints intersection(CodePoints other) {
    int[] result = new int[bounds.length + other.bounds.length + 2];
    int size = 0;
    for (int i = 0, j = 0; i < bounds.length && j < other.bounds.length; ) {
      int first = Math.max(bounds[i], other.bounds[j]);
      int last = Math.min(bounds[i + 1], other.bounds[j + 1]);
      if (first <= last) {
        result[size++] = first;
        result[size++] = last;
      }
      if (bounds[i + 1] < other.bounds[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new CodePoints(Arrays.copyOf(result, size));
  }

  CodePoints complement() {
    int[] gaps = new int[bounds.length + 2];
    for (int i = 0; i < bounds.length; i += 2) {
      gaps[i + 1] = bounds[i] - 1;
      gaps[i + 2] = bounds[i + 1] + 1;
    }
    gaps[gaps.length - 1] = Character.MAX_CODE_POINT;
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < gaps.length; i += 2) {
      if (gaps[i] <= gaps[i + 1]) {
        ranges.add(new int[] {gaps[i], gaps[i + 1]});
      }
    }
    return ofRanges(ranges);
  }

  CodePoints minus(CodePoints other) {
    return intersection(other.complement());
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  boolean contains(int codePoint) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (codePoint >= bounds[i] && codePoint <= bounds[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /** Copies of the ranges: first and last. */
  List<int[]> ranges() {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new int[] {bounds[i], bounds[i + 1]});
    }
    return ranges;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return EbnfWriter.characterClass(this);
  }
}
