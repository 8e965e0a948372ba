package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Logits that contexts gave, by the rows they were computed from. Equal rows must give the same
 * bits whenever they are seen, and those of a context that is computed alone, in one pass.
 */
final class ObservedLogits {
  /**
   * A token of a context.
   *
   * @param visible the slots it attends to, its own included
   */
  record Row(int token, int position, BitSet visible) {
    /** The visible slots as run lengths, hidden first. */
    int[] mask() {
      List<Integer> runs = new ArrayList<>();
      boolean value = false;
      int begin = 0;
      for (int slot = 0; slot <= visible.length(); slot++) {
        if (visible.get(slot) != value) {
          runs.add(slot - begin);
          begin = slot;
          value = !value;
        }
      }
      return runs.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static final class Node {
    private final Map<Row, Node> next = new HashMap<>();
    private @Nullable String where;
    private int hash;
  }

  private final Node root = new Node();
  private int count;

  /** How many logits were observed. */
  synchronized int count() {
    return count;
  }

  /** Compares logits at the last of some rows with what was seen there before. */
  synchronized void observe(List<Row> rows, float[] logits, String where) {
    Node node = root;
    for (Row row : rows) {
      node = node.next.computeIfAbsent(row, r -> new Node());
    }
    count++;
    int hash = Arrays.hashCode(logits);
    if (node.where == null) {
      node.where = where;
      node.hash = hash;
    } else {
      assertThat(hash)
          .as("logits of %s tokens in %s, seen before in %s", rows.size(), where, node.where)
          .isEqualTo(node.hash);
    }
  }

  /** Compares all that was seen with contexts computed alone, and forgets it. */
  synchronized void verify(Model model) throws Exception {
    try (Engine alone = Engine.start(model, EngineConfig.defaults(2048))) {
      verify(alone, root, new ArrayList<>(), new ArrayList<>());
    }
    root.next.clear();
  }

  private static void verify(Engine alone, Node node, List<Row> rows, List<Node> path)
      throws Exception {
    for (Map.Entry<Row, Node> next : node.next.entrySet()) {
      rows.add(next.getKey());
      path.add(next.getValue());
      verify(alone, next.getValue(), rows, path);
      rows.removeLast();
      path.removeLast();
    }
    if (node.next.isEmpty() && !rows.isEmpty()) {
      compare(alone, rows, path);
    }
  }

  private static void compare(Engine alone, List<Row> rows, List<Node> path) throws Exception {
    int[] observed =
        IntStream.range(0, rows.size()).filter(i -> path.get(i).where != null).toArray();
    try (EngineProcess process = engineUser(alone);
        Line line = new Line(process)) {
      line.reserveFor(rows.size());
      List<Slot> slots =
          line.await(
              ForwardRequest.builder()
                  .input(
                      rows.stream().mapToInt(Row::token).toArray(),
                      rows.stream().mapToInt(Row::position).toArray())
                  .attentionMasks(rows.stream().map(Row::mask).toArray(int[][]::new))
                  .read(new Sampler.RawLogits(), observed));
      for (int i = 0; i < observed.length; i++) {
        Node node = path.get(observed[i]);
        assertThat(node.hash)
            .as("logits of %s tokens in %s, computed alone", observed[i] + 1, node.where)
            .isEqualTo(Arrays.hashCode(((Slot.Logits) slots.get(i)).logits()));
      }
    }
  }

  /** A user of its own finds nothing in the cache. */
  private static EngineProcess engineUser(Engine alone) {
    return alone.openProcess("alone", "user " + alone.locked(alone::nextArrival), 1);
  }
}
