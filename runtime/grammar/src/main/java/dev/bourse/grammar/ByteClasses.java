package dev.bourse.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The coarsest partition of the bytes that every state's edges respect. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ByteClasses(byte[] classOf, int count) {

  private static final int BYTES = 256;

  static ByteClasses of(List<int[]> rows) {
    int[] classes = new int[BYTES];
    int count = 1;
    int[] target = new int[BYTES];
    Map<Long, Integer> numbers = new HashMap<>();
    for (int[] row : rows) {
      if (row.length == 0 || row[0] >= BYTES || count == BYTES) {
        continue;
      }
      fill(row, row.length, target);
      numbers.clear();
      for (int b = 0; b < BYTES; b++) {
        long key = (long) classes[b] << 32 | target[b] + 1;
        Integer number = numbers.putIfAbsent(key, numbers.size());
        classes[b] = number == null ? numbers.size() - 1 : number;
      }
      count = numbers.size();
    }
    byte[] classOf = new byte[BYTES];
    for (int b = 0; b < BYTES; b++) {
      classOf[b] = (byte) classes[b];
    }
    return new ByteClasses(classOf, count);
  }

  /** The next state for each class, from the first edges of a state. */
  int[] row(int[] edges, int end) {
    int[] target = new int[BYTES];
    fill(edges, end, target);
    int[] row = new int[count];
    for (int b = 0; b < BYTES; b++) {
      row[classOf[b] & 0xFF] = target[b];
    }
    return row;
  }

  private static void fill(int[] edges, int end, int[] target) {
    Arrays.fill(target, -1);
    for (int i = 0; i < end && edges[i] < BYTES; i += 3) {
      Arrays.fill(target, edges[i], edges[i + 1] + 1, edges[i + 2]);
    }
  }
}
