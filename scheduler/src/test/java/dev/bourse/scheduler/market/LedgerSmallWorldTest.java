package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every sequence of a few operations on two tenants and their children, with amounts so small that
 * nothing divides. What is refused changes nothing, so a sequence ends there.
 */
class LedgerSmallWorldTest {
  private static final int DEPTH = 6;

  /** Tenants are 0 and 1, the children that are opened first are 2 and 3. */
  private static final List<Consumer<LedgerWorld>> OPERATIONS =
      List.of(
          world -> world.open(0, 1, 1),
          world -> world.open(1, 1, 2),
          world -> world.open(2, 1, 0),
          world -> world.pay(0, 1),
          world -> world.pay(2, 1),
          world -> world.fund(2, 1),
          world -> world.drain(0, 1),
          world -> world.refund(0),
          world -> world.distribute(tenant -> Long.MAX_VALUE),
          world -> world.distribute(tenant -> tenant),
          world -> world.endow(1, 3),
          world -> world.close(0),
          world -> world.close(2));

  private final int[] sequence = new int[DEPTH];
  private long sequences;
  private long refused;

  @Test
  void doesWhatTheModelDoesInAllSequences() {
    extend(0);
    System.out.printf(
        "ledger: all %,d sequences of at most %d operations, the last of %,d refused%n",
        sequences, DEPTH, refused);
    assertThat(sequences).isGreaterThan(100_000);
    assertThat(refused).isBetween(1L, sequences - 1);
  }

  private void extend(int length) {
    for (int operation = 0; operation < OPERATIONS.size(); operation++) {
      sequence[length] = operation;
      if (lastIsDone(length + 1) && length + 1 < DEPTH) {
        extend(length + 1);
      }
    }
  }

  private boolean lastIsDone(int length) {
    LedgerWorld world = new LedgerWorld();
    world.openTenant(2, 3);
    world.openTenant(1, 2);
    try {
      for (int at = 0; at < length; at++) {
        OPERATIONS.get(sequence[at]).accept(world);
      }
      world.compare();
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "after " + Arrays.toString(Arrays.copyOf(sequence, length)), failure);
    }
    sequences++;
    refused += world.refused;
    return world.refused == 0;
  }
}
