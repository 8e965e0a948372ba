package dev.bourse.scheduler.simulation;

import java.util.List;

/**
 * What an experiment showed.
 *
 * @param id names its place in the report
 * @param question it answers
 * @param verdicts on each target it has
 * @param tables with their titles
 * @param charts to draw
 */
public record Finding(
    String id, String question, List<Verdict> verdicts, List<Titled> tables, List<Chart> charts) {

  /** A table and what it shows. */
  public record Titled(String title, Table table) {}

  /**
   * Whether a target was reached.
   *
   * @param target in words
   * @param measured the number that decides
   * @param margin by how much its mean is on the good side; negative for the bad one
   * @param half of its interval of confidence
   */
  public record Verdict(String target, String measured, double margin, double half) {
    static Verdict atLeast(String target, Estimate measured, double bound) {
      return new Verdict(target, measured.toString(), measured.mean() - bound, measured.half());
    }

    static Verdict atMost(String target, Estimate measured, double bound) {
      return new Verdict(target, measured.toString(), bound - measured.mean(), measured.half());
    }

    public boolean isMet() {
      return margin >= 0;
    }

    /** In a word or two, for a table. */
    public String words() {
      if (!isMet()) {
        return "missed";
      }
      return margin >= half ? "met" : "met on average, not with 95% confidence";
    }
  }
}
