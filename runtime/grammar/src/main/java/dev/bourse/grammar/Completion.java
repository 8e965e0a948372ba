package dev.bourse.grammar;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shortest way to the end of a text, byte by byte, each configuration looked at once. */
final class Completion {

  /** Of grammars in use none needs a hundredth of it. */
  private static final int CONFIGURATIONS_MAX = 100_000;

  private record Step(Configuration from, byte b) {}

  private Completion() {}

  /** The bytes of that way; empty if there is none, or none was found in time. */
  static Optional<byte[]> of(Machine machine, Configuration start) {
    byte[] representative = new byte[machine.automaton().classes()];
    for (int b = 255; b >= 0; b--) {
      // Of each class the first byte, but rather a letter than a control character.
      if (b >= 0x20 || representative[machine.automaton().classOf((byte) b)] == 0) {
        representative[machine.automaton().classOf((byte) b)] = (byte) b;
      }
    }
    Map<Configuration, Step> steps = new HashMap<>();
    Deque<Configuration> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty() && steps.size() < CONFIGURATIONS_MAX) {
      Interruption.check();
      Configuration here = open.poll();
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
