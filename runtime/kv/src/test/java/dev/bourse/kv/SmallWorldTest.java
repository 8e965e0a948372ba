package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.SmallWorld.Operation;
import dev.bourse.kv.SmallWorld.Transition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Everything that can happen in a small world, up to some number of transitions: in each state the
 * laws hold and every slot holds what a naive model says, and from each state every table can be
 * made whole.
 *
 * <p>The system property {@code pages.deeper} adds to the number of transitions.
 */
class SmallWorldTest {
  private static final int DEEPER = Integer.getInteger("pages.deeper", 0);

  /** One context with a full page and half of another. */
  private static final List<Transition> PAGE_AND_A_HALF =
      List.of(
          new Transition(Operation.CREATE, 0),
          new Transition(Operation.RESERVE, 0),
          new Transition(Operation.RESERVE, 0),
          new Transition(Operation.FILL_WITH_ONES, 0),
          new Transition(Operation.LAND, 0),
          new Transition(Operation.FILL_WITH_ONES, 0),
          new Transition(Operation.LAND, 0),
          new Transition(Operation.FILL_WITH_TWOS, 0),
          new Transition(Operation.LAND, 0));

  /** A state, by the way that leads to it. */
  private record State(@Nullable State before, @Nullable Transition last) {
    List<Transition> way() {
      List<Transition> way = new ArrayList<>();
      for (State at = this; at != null && at.last != null; at = at.before) {
        way.add(at.last);
      }
      Collections.reverse(way);
      return way;
    }
  }

  private final Set<String> known = new HashSet<>();
  private int tables;
  private int frames;

  @Test
  void twoTablesFromNothingOn() {
    assertThat(explore(2, 3, List.of(), 11)).isGreaterThan(10_000);
  }

  @Test
  void twoTablesFromAPageAndAHalfOn() {
    assertThat(explore(2, 3, PAGE_AND_A_HALF, 6)).isGreaterThan(10_000);
  }

  @Test
  void threeTablesFromAForkOn() {
    List<Transition> fork = new ArrayList<>(PAGE_AND_A_HALF);
    fork.add(new Transition(Operation.FORK, 0));
    assertThat(explore(3, 4, fork, 5)).isGreaterThan(10_000);
  }

  private int explore(int tableCount, int frameCount, List<Transition> first, int depth) {
    tables = tableCount;
    frames = frameCount;
    State start = new State(null, null);
    for (Transition transition : first) {
      start = new State(start, transition);
    }
    long transitions = 0;
    List<State> border = List.of(start);
    for (int step = 0; step < depth + DEEPER; step++) {
      List<State> next = new ArrayList<>();
      for (State state : border) {
        for (Transition transition : transitions(state)) {
          transitions++;
          State after = new State(state, transition);
          if (isNew(after)) {
            next.add(after);
          }
        }
      }
      border = next;
    }
    System.out.printf(
        "%d tables, %d frames, %d transitions deep: explored %,d states and %,d transitions%n",
        tables, frames, depth + DEEPER, known.size(), transitions);
    return known.size();
  }

  private List<Transition> transitions(State state) {
    try (SmallWorld world = replay(state)) {
      return world.transitions();
    }
  }

  private SmallWorld replay(State state) {
    SmallWorld world = new SmallWorld(tables, frames);
    state.way().forEach(world::perform);
    return world;
  }

  private boolean isNew(State state) {
    try (SmallWorld world = replay(state)) {
      world.verify();
      if (!known.add(WorldState.of(world))) {
        return false;
      }
      for (int i = 0; i < world.live().size(); i++) {
        try (SmallWorld copy = replay(state)) {
          copy.restoreAlone(i);
        }
      }
      return true;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("after " + state.way() + ": " + e.getMessage(), e);
    }
  }
}
