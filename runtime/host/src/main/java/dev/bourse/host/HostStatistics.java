package dev.bourse.host;

import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.LoadStatistics;
import java.util.Map;

/**
 * What a host did, since it was made.
 *
 * @param running processes that have not ended
 * @param started processes, those that inferlets launched too
 * @param finished processes that returned a result
 * @param failed processes that did not, by whose doing it was
 * @param limits how often each limit ended a process
 * @param memoryBytes of the guests that run
 * @param programs that were loaded
 */
public record HostStatistics(
    int running,
    long started,
    long finished,
    Map<FailureKind, Long> failed,
    Map<Limit, Long> limits,
    long memoryBytes,
    LoadStatistics programs) {
  public HostStatistics {
    failed = Map.copyOf(failed);
    limits = Map.copyOf(limits);
  }
}
