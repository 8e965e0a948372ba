package dev.bourse.host;

import dev.bourse.engine.Budget;
import dev.bourse.engine.Context.Bids;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.TraceContext;
import dev.bourse.host.program.Program;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to run, and for whom.
 *
 * @param input the text of one JSON object, validated against the inferlet's manifest if it has one
 * @param username whose data and queues the inferlet sees, and from whose account it spends
 * @param capabilities what it may do beyond computing
 * @param budget what it has of its own, out of the user's account with the engine of each model;
 *     null to spend from that account
 * @param mounts folders of the host that it can read, if it has the capability
 * @param firstBid what its contexts offer until it bids by itself; empty to have the engine bid
 * @param trace what the requests that it sends belong to, unless it says so itself
 */
public record LaunchRequest(
    Program program,
    String input,
    String username,
    Limits limits,
    Capabilities capabilities,
    OutputListener output,
    @Nullable Budget budget,
    List<Mount> mounts,
    Optional<Bids> firstBid,
    Optional<TraceContext> trace) {

  /** A run with default limits for the local user, its output dropped. */
  public static LaunchRequest of(Program program, String input) {
    return new LaunchRequest(
        program,
        input,
        "local",
        Limits.DEFAULT,
        Capabilities.DEFAULT,
        OutputListener.none(),
        null,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  public LaunchRequest withLimits(Limits newLimits) {
    return new LaunchRequest(
        program, input, username, newLimits, capabilities, output, budget, mounts, firstBid, trace);
  }

  public LaunchRequest withCapabilities(Capabilities newCapabilities) {
    return new LaunchRequest(
        program, input, username, limits, newCapabilities, output, budget, mounts, firstBid, trace);
  }

  public LaunchRequest withOutput(OutputListener newOutput) {
    return new LaunchRequest(
        program, input, username, limits, capabilities, newOutput, budget, mounts, firstBid, trace);
  }

  public LaunchRequest withUsername(String newUsername) {
    return new LaunchRequest(
        program, input, newUsername, limits, capabilities, output, budget, mounts, firstBid, trace);
  }

  public LaunchRequest withBudget(@Nullable Budget newBudget) {
    return new LaunchRequest(
        program, input, username, limits, capabilities, output, newBudget, mounts, firstBid, trace);
  }

  public LaunchRequest withMounts(List<Mount> newMounts) {
    return new LaunchRequest(
        program,
        input,
        username,
        limits,
        capabilities,
        output,
        budget,
        List.copyOf(newMounts),
        firstBid,
        trace);
  }

  public LaunchRequest withFirstBid(Bids newBid) {
    return new LaunchRequest(
        program,
        input,
        username,
        limits,
        capabilities,
        output,
        budget,
        mounts,
        Optional.of(newBid),
        trace);
  }

  public LaunchRequest withTrace(Optional<TraceContext> newTrace) {
    return new LaunchRequest(
        program, input, username, limits, capabilities, output, budget, mounts, firstBid, newTrace);
  }
}
