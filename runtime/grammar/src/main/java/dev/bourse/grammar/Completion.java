package dev.bourse.grammar;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * A way to the end of a text, byte by byte, each configuration looked at once: the shortest, or
 * where the ways are too many for that, one that leaves rules rather than enters them.
 */
final class Completion {

  /** Looked at for the shortest way: of grammars in use few need a tenth of it. */
  private static final int SHORTEST_MAX = 10_000;

  private static final int CONFIGURATIONS_MAX = 100_000;

  private record Step(Configuration from, byte b) {}

  private Completion() {}

  /** The bytes of that way; empty if there is none, or none was found in time. */
  static Optional<byte[]> of(Machine machine, Configuration start) {
    return search(machine, start, new ArrayDeque<>(), SHORTEST_MAX)
        .or(() -> search(machine, start, outermostFirst(), CONFIGURATIONS_MAX));
  }

  private static Queue<Configuration> outermostFirst() {
    return new PriorityQueue<>(Comparator.comparingInt(Configuration::depth));
  }

  private static Optional<byte[]> search(
      Machine machine, Configuration start, Queue<Configuration> open, int most) {
    byte[] representative = new byte[machine.automaton().classes()];
    for (int b = 255; b >= 0; b--) {
      // Of each class the first byte, but rather a letter than a control character.
      if (b >= 0x20 || representative[machine.automaton().classOf((byte) b)] == 0) {
        representative[machine.automaton().classOf((byte) b)] = (byte) b;
      }
    }
    Map<Configuration, Step> steps = new HashMap<>();
    open.add(start);
    while (!open.isEmpty() && steps.size() < most) {
      Interruption.check();
      Configuration here = open.remove();
      if (here.ended) {
        return Optional.of(path(start, here, steps));
      }
      for (byte b : representative) {
        Configuration next = machine.step(here, b);
        if (!next.isDead() && steps.putIfAbsent(next, new Step(here, b)) == null) {
          open.add(next);
        }
      }
    }
    return Optional.empty();
  }

  private static byte[] path(
      Configuration start, Configuration end, Map<Configuration, Step> steps) {
    List<Byte> reversed = new ArrayList<>();
    Configuration here = end;
    while (!here.equals(start)) {
      Step step = requireNonNull(steps.get(here));
      reversed.add(step.b);
      here = step.from;
    }
    Collections.reverse(reversed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    reversed.forEach(b -> bytes.write(b));
    return bytes.toByteArray();
  }
}
