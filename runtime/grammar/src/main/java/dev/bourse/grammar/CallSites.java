package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which states may follow when the rule that a state belongs to ends, in any context: XGrammar's
 * context expansion. Costs a pass over the states of each rule; a grammar for which that is too
 * much goes without.
 */
final class CallSites {

  /** Members of all rules together. */
  private static final int WORK_MAX = 1_000_000;

  /** With more states that may follow, following them costs more than it saves. */
  private static final int SITES_MAX = 128;

  private final Automaton automaton;

  /** By state: the rules it belongs to. */
  private final List<Set<Integer>> rules;

  /** By rule: the states that follow a call. */
  private final List<SortedSet<Integer>> sites;

  private long work;

  CallSites(Automaton automaton) {
    this.automaton = automaton;
    rules = lists(automaton.states(), () -> new LinkedHashSet<>(2));
    sites = lists(automaton.ruleStart().length, TreeSet::new);
    for (int[] calls : automaton.calls()) {
      for (int i = 0; i < calls.length; i += 2) {
        sites.get(calls[i]).add(calls[i + 1]);
      }
    }
    for (int rule = 0; rule < sites.size() && work <= WORK_MAX; rule++) {
      if (!sites.get(rule).isEmpty()) {
        visit(rule);
      }
    }
  }

  /** The rules that a state belongs to. */
  Set<Integer> rules(int state) {
    return rules.get(state);
  }

  /** The states that may follow, or nothing if they are too many to tell. */
  Optional<int[]> after(int state) {
    if (work > WORK_MAX) {
      return Optional.empty();
    }
    SortedSet<Integer> all = new TreeSet<>();
    for (int rule : rules.get(state)) {
      all.addAll(sites.get(rule));
      if (all.size() > SITES_MAX) {
        return Optional.empty();
      }
    }
    return Optional.of(all.stream().mapToInt(Integer::intValue).toArray());
  }

  private void visit(int rule) {
    Deque<Integer> open = new ArrayDeque<>();
    open.push(automaton.ruleStart()[rule]);
    while (!open.isEmpty() && work <= WORK_MAX) {
      int state = open.pop();
      work++;
      if (!rules.get(state).add(rule)) {
        continue;
      }
      Arrays.stream(automaton.next()[state]).filter(to -> to >= 0).distinct().forEach(open::push);
      int[] calls = automaton.calls()[state];
      for (int i = 0; i < calls.length; i += 2) {
        open.push(calls[i + 1]);
      }
      for (int jump : automaton.jumps()[state]) {
        open.push(jump);
      }
    }
  }

  private static <T> List<T> lists(int size, Supplier<T> empty) {
    return Stream.generate(empty).limit(size).toList();
  }
}
