package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link Automaton}: from a configuration and a byte to the next one. All alternatives are
 * followed at once, and rules called at the same place share their frame (as in Earley's parser),
 * so the work for a byte is bounded by the number of different (state, frame) pairs, never by the
 * number of ways to parse.
 *
 * <p>Steps are remembered in the configurations: a lazy deterministic automaton. For many threads.
 */
final class Machine {

  /** Configurations that may remember steps; when there are more, all forget theirs. */
  private static final int REMEMBERING_MAX = 8_192;

  private static final Configuration DEAD = new Configuration(new int[0], new Frame[0], false);

  private final Automaton automaton;

  /** Whether a state has edges of its own; the others are only passed through. */
  private final boolean[] kept;

  private final Interner<Frame> frames = new Interner<>();
  private final Interner<Configuration> configurations = new Interner<>();
  private final AtomicLong frameIds = new AtomicLong();
  private final List<Configuration> remembering = new ArrayList<>();

  Machine(Automaton automaton) {
    this.automaton = automaton;
    kept = new boolean[automaton.states()];
    for (int state = 0; state < kept.length; state++) {
      boolean reads = automaton.calls()[state].length > 0;
      for (int to : automaton.next()[state]) {
        reads |= to >= 0;
      }
      kept[state] = reads;
    }
    configurations.intern(DEAD);
  }

  /** Memory of the automaton and of what configurations remember, about. */
  long bytes() {
    int configurations;
    synchronized (remembering) {
      configurations = remembering.size();
    }
    return automaton.bytes() + configurations * (200L + 8L * automaton.classes());
  }

  Automaton automaton() {
    return automaton;
  }

  /** Whether text can be in this state, rather than just pass it. */
  boolean isKept(int state) {
    return kept[state];
  }

  /** Before the first byte. */
  Configuration start() {
    return at(automaton.start());
  }

  /** In any one of some states of a rule, of which nothing is known but that it may end. */
  Configuration at(int... states) {
    Step step = new Step();
    for (int state : states) {
      step.enter(state, Frame.BOTTOM);
    }
    return step.result();
  }

  /** Both at once. */
  Configuration union(Configuration a, Configuration b) {
    if (a.isDead()) {
      return b;
    }
    Step step = new Step();
    step.ended = a.ended || b.ended;
    for (Configuration part : List.of(a, b)) {
      for (int i = 0; i < part.states.length; i++) {
        step.enter(part.states[i], part.frames[i]);
      }
    }
    return step.result();
  }

  /** After one more byte, by its class. */
  Configuration step(Configuration from, int byteClass) {
    if (from.states.length == 0) {
      return DEAD;
    }
    @Nullable Configuration[] steps = from.next;
    Configuration known = steps == null ? null : steps[byteClass];
    return known != null ? known : compute(from, byteClass);
  }

  Configuration step(Configuration from, byte b) {
    return step(from, automaton.classOf(b));
  }

  private Configuration compute(Configuration from, int byteClass) {
    Step step = new Step();
    for (int i = 0; i < from.states.length; i++) {
      if (automaton.mayRead(from.states[i], byteClass)) {
        step.advance(from.states[i], from.frames[i], byteClass);
      }
    }
    step.advanceCalled(byteClass);
    Configuration to = step.result();
    steps(from)[byteClass] = to;
    return to;
  }

  private @Nullable Configuration[] steps(Configuration from) {
    @Nullable Configuration[] steps = from.next;
    if (steps != null) {
      return steps;
    }
    @Nullable Configuration[] fresh = new @Nullable Configuration[automaton.classes()];
    synchronized (remembering) {
      if (remembering.size() == REMEMBERING_MAX) {
        remembering.forEach(configuration -> configuration.next = null);
        remembering.clear();
      }
      from.next = fresh;
      remembering.add(from);
    }
    return fresh;
  }

  /** One step, while it is computed. */
  private final class Step {

    private final Items items = new Items();

    /** By rule, callers first: what is to be done when it ends. */
    private final TreeMap<Integer, Items> called = new TreeMap<>();

    private boolean ended;

    void enter(int state, Frame frame) {
      items.add(state, frame);
    }

    void advance(int state, Frame frame, int byteClass) {
      int to = automaton.next()[state][byteClass];
      if (to >= 0) {
        enter(to, frame);
      }
      int[] calls = automaton.calls()[state];
      for (int i = 0; i < calls.length; i += 2) {
        if (automaton.mayRead(automaton.ruleStart()[calls[i]], byteClass)
            && frame.depth < Limits.DEPTH_MAX) {
          called.computeIfAbsent(calls[i], rule -> new Items()).add(calls[i + 1], frame);
        }
      }
    }

    /**
     * Rules call only later ones before they read, so the frame of each is complete in its turn.
     */
    void advanceCalled(int byteClass) {
      for (var rule = called.pollFirstEntry(); rule != null; rule = called.pollFirstEntry()) {
        Frame frame = frame(rule);
        Items entered = new Items();
        entered.add(automaton.ruleStart()[rule.getKey()], frame);
        for (int i = 0; i < entered.size(); i++) {
          advance(entered.state(i), frame, byteClass);
          for (int jump : automaton.jumps()[entered.state(i)]) {
            entered.add(jump, frame);
          }
        }
      }
    }

    private Frame frame(Map.Entry<Integer, Items> rule) {
      Items returns = rule.getValue();
      returns.sort();
      return frames.intern(
          new Frame(returns.states(), returns.frames(), frameIds.incrementAndGet()));
    }

    Configuration result() {
      Items result = new Items();
      for (int i = 0; i < items.size(); i++) {
        int state = items.state(i);
        Frame frame = items.frame(i);
        if (kept[state]) {
          result.add(state, frame);
        }
        for (int jump : automaton.jumps()[state]) {
          enter(jump, frame);
        }
        if (automaton.accepting()[state]) {
          leave(frame);
        }
      }
      if (result.size() == 0 && !ended) {
        return DEAD;
      }
      result.sort();
      return configurations.intern(new Configuration(result.states(), result.frames(), ended));
    }

    private void leave(Frame frame) {
      ended |= frame.is(Frame.BOTTOM);
      for (int i = 0; i < frame.states.length; i++) {
        enter(frame.states[i], frame.frames[i]);
      }
    }
  }
}
