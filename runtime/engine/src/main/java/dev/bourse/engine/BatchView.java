package dev.bourse.engine;

import java.util.List;

/**
 * Who got how many tokens of a step.
 *
 * @param step its number, from 1
 * @param micros how long it took, microseconds
 * @param parts one for each context in it; those of a step that is long ago may be forgotten
 */
public record BatchView(long step, double micros, List<Part> parts) {
  public BatchView {
    parts = List.copyOf(parts);
  }

  /** What tokens of a step are for. */
  public enum Kind {
    /** They were given: a prompt, or what a program appends. */
    PREFILL,
    /** They go on with what was sampled last. */
    DECODE,
    /** Their pages were lost to others, and are computed again. */
    AGAIN
  }

  /**
   * A context's part.
   *
   * @param context its number
   * @param process its process's name
   * @param user whose it is
   */
  public record Part(long context, String process, String user, Kind kind, int tokens) {}

  /** Tokens of one kind, of all contexts. */
  public int tokens(Kind kind) {
    return parts.stream().filter(part -> part.kind() == kind).mapToInt(Part::tokens).sum();
  }
}
