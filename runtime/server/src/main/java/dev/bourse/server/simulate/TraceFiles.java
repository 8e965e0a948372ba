package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Bidding;
import dev.bourse.scheduler.simulation.Trace;
import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Prefix;
import dev.bourse.scheduler.simulation.Trace.Tenant;
import dev.bourse.scheduler.simulation.Trace.Turn;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Traces as CSV, one line for each turn, the turns of an agent in their order:
 *
 * <pre>agent,tenant,arrival_micros,value,bidding,prefix,prefix_tokens,prompt,output,gap_micros
 * </pre>
 *
 * <p>{@code prefix} names tokens that the contexts of all agents with that name begin with; it may
 * be empty. Arrival, value, bidding and prefix count on an agent's first line. An answer is
 * expected to be as long as the average one of the file.
 */
final class TraceFiles {
  private static final String HEADER =
      "agent,tenant,arrival_micros,value,bidding,prefix,prefix_tokens,prompt,output,gap_micros";

  private static final int PROBLEMS_SHOWN = 10;

  /** Credits that every tenant of a file begins with, micro. */
  private static final long BALANCE = 100_000_000;

  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> tenants = new LinkedHashMap<>();
  private final Map<String, Integer> prefixes = new LinkedHashMap<>();
  private final List<Prefix> nodes = new ArrayList<>(List.of(new Prefix(0, 0)));
  private final Map<String, Agent> agents = new LinkedHashMap<>();

  private TraceFiles() {}

  /** Reads a file, or says what is wrong with it, line by line. */
  static Trace read(String file) {
    try {
      return parse(file, Files.readAllLines(ModelFiles.path(file)));
    } catch (IOException e) {
      throw CommandException.badFile(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static Trace parse(String file, List<String> lines) {
    TraceFiles reader = new TraceFiles();
    if (lines.isEmpty() || !lines.getFirst().strip().equals(HEADER)) {
      reader.problems.add("line 1 must be " + HEADER);
    } else {
      for (int line = 1; line < lines.size(); line++) {
        reader.line(line + 1, lines.get(line));
      }
      if (lines.size() == 1) {
        reader.problems.add("there is no turn in it");
      }
    }
    if (!reader.problems.isEmpty()) {
      List<String> shown =
          reader.problems.subList(0, Math.min(PROBLEMS_SHOWN, reader.problems.size()));
      int more = reader.problems.size() - shown.size();
      throw CommandException.badFile(
          "%s: %s%s"
              .formatted(
                  file, String.join("; ", shown), more > 0 ? "; and " + more + " more" : ""));
    }
    return reader.trace();
  }

  private void line(int number, String line) {
    if (line.isBlank()) {
      return;
    }
    String[] cells = line.split(",", -1);
    if (cells.length != HEADER.split(",", -1).length) {
      problems.add("line %d has %d cells, not 10".formatted(number, cells.length));
      return;
    }
    int before = problems.size();
    long arrival = number(number, "arrival_micros", cells[2], 0, 1L << 50);
    int value = (int) number(number, "value", cells[3], 0, 1_000_000);
    Bidding bidding = bidding(number, cells[4]);
    int shared =
        cells[5].isEmpty() ? 0 : (int) number(number, "prefix_tokens", cells[6], 1, 10_000_000);
    Turn turn =
        new Turn(
            (int) number(number, "prompt", cells[7], 1, 10_000_000),
            (int) number(number, "output", cells[8], 0, 10_000_000),
            number(number, "gap_micros", cells[9], 0, 1L << 50));
    if (problems.size() > before) {
      return;
    }
    int tenant = tenants.computeIfAbsent(cells[1], name -> tenants.size());
    int prefix =
        cells[5].isEmpty()
            ? 0
            : prefixes.computeIfAbsent(
                cells[5],
                name -> {
                  nodes.add(new Prefix(0, shared));
                  return nodes.size() - 1;
                });
    agents
        .computeIfAbsent(
            cells[0],
            name -> new Agent(arrival, tenant, prefix, value, 0.5, bidding, 1, new ArrayList<>()))
        .turns()
        .add(turn);
  }

  private long number(int line, String name, String cell, long min, long max) {
    try {
      long value = Long.parseLong(cell.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      problems.add("line %d: %s is \"%s\", not a whole number".formatted(line, name, cell));
      return min;
    }
    problems.add("line %d: %s is %s: from %d to %d".formatted(line, name, cell, min, max));
    return min;
  }

  private Bidding bidding(int line, String cell) {
    for (Bidding bidding : Bidding.values()) {
      if (bidding.name().equalsIgnoreCase(cell.strip())) {
        return bidding;
      }
    }
    problems.add(
        "line %d: bidding is \"%s\": truthful, default, maximum or zero".formatted(line, cell));
    return Bidding.TRUTHFUL;
  }

  private Trace trace() {
    List<Tenant> payers =
        tenants.keySet().stream().map(name -> new Tenant(name, "all", 1, BALANCE)).toList();
    double outputs = 0;
    int turns = 0;
    long horizon = 1;
    for (Agent agent : agents.values()) {
      for (Turn turn : agent.turns()) {
        outputs += turn.output();
        turns++;
      }
      horizon = Math.max(horizon, agent.arrivalMicros());
    }
    int expected = Math.max(1, (int) Math.round(outputs / Math.max(1, turns)));
    List<Agent> sorted =
        agents.values().stream()
            .map(agent -> agent.withOutputExpected(expected))
            .sorted(Comparator.comparingLong(Agent::arrivalMicros))
            .toList();
    return new Trace(payers, nodes, sorted, horizon);
  }

  /** The text of a trace. A prefix is written with all that comes before it. */
  static String write(Trace trace) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int number = 0; number < trace.agents().size(); number++) {
      Agent agent = trace.agents().get(number);
      for (Turn turn : agent.turns()) {
        text.append(
            "%d,%s,%d,%d,%s,%s,%d,%d,%d,%d\n"
                .formatted(
                    number + 1,
                    trace.tenants().get(agent.tenant()).name(),
                    agent.arrivalMicros(),
                    agent.value(),
                    agent.bidding().name().toLowerCase(Locale.ROOT),
                    agent.prefix() == 0 ? "" : "p" + agent.prefix(),
                    trace.prefixTokens(agent.prefix()),
                    turn.prompt(),
                    turn.output(),
                    turn.gapMicros()));
      }
    }
    return text.toString();
  }
}
