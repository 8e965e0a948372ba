package dev.bourse.host;

/**
 * What to run, and for whom.
 *
 * @param input the text of one JSON object, validated against the inferlet's manifest if it has one
 * @param username whose data and queues the inferlet sees
 */
public record LaunchRequest(
    Program program, String input, String username, Limits limits, OutputListener output) {

  /** A run with default limits for the local user, its output dropped. */
  public static LaunchRequest of(Program program, String input) {
    return new LaunchRequest(program, input, "local", Limits.DEFAULT, OutputListener.none());
  }

  public LaunchRequest withLimits(Limits newLimits) {
    return new LaunchRequest(program, input, username, newLimits, output);
  }

  public LaunchRequest withOutput(OutputListener newOutput) {
    return new LaunchRequest(program, input, username, limits, newOutput);
  }

  public LaunchRequest withUsername(String newUsername) {
    return new LaunchRequest(program, input, newUsername, limits, output);
  }
}
