package dev.bourse.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The batches of the last steps, in rings of a fixed size: a step costs a few stores for each of
 * its parts, whether anybody looks or not. Owned by whoever holds the engine's lock.
 */
final class BatchHistory {
  private static final int STEPS = 256;
  private static final int PARTS = 8192;

  private final long[] numbers = new long[STEPS];
  private final long[] nanos = new long[STEPS];
  private final long[] firstParts = new long[STEPS];
  private final long[] contexts = new long[PARTS];
  private final String[] processes = new String[PARTS];
  private final String[] users = new String[PARTS];
  private final BatchView.Kind[] kinds = new BatchView.Kind[PARTS];
  private final int[] tokens = new int[PARTS];
  private long steps;
  private long parts;

  BatchHistory() {
    Arrays.fill(processes, "");
    Arrays.fill(users, "");
    Arrays.fill(kinds, BatchView.Kind.DECODE);
  }

  /** A step was computed; its parts follow. */
  void add(long number, long stepNanos) {
    int at = (int) (steps++ % STEPS);
    numbers[at] = number;
    nanos[at] = stepNanos;
    firstParts[at] = parts;
  }

  /** A part of the step that was added last. */
  void addPart(Context context, BatchView.Kind kind, int count) {
    int at = (int) (parts++ % PARTS);
    contexts[at] = context.id();
    processes[at] = context.process().name();
    users[at] = context.process().user();
    kinds[at] = kind;
    tokens[at] = count;
  }

  /** The steps with higher numbers than {@code step} that are remembered, the oldest first. */
  List<BatchView> after(long step) {
    List<BatchView> views = new ArrayList<>();
    for (long i = Math.max(0, steps - STEPS); i < steps; i++) {
      int at = (int) (i % STEPS);
      if (numbers[at] > step) {
        long end = i + 1 == steps ? parts : firstParts[(int) ((i + 1) % STEPS)];
        views.add(new BatchView(numbers[at], nanos[at] / 1e3, parts(firstParts[at], end)));
      }
    }
    return views;
  }

  private List<BatchView.Part> parts(long first, long end) {
    List<BatchView.Part> views = new ArrayList<>();
    for (long i = Math.max(first, parts - PARTS); i < end; i++) {
      int at = (int) (i % PARTS);
      views.add(new BatchView.Part(contexts[at], processes[at], users[at], kinds[at], tokens[at]));
    }
    return views;
  }
}
