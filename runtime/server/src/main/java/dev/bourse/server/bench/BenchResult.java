package dev.bourse.server.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What was measured, as text.
 *
 * @param model its name
 * @param machine what the machine gave in the same run
 * @param rows in the order in which they were measured
 */
record BenchResult(String model, Machine machine, List<Row> rows) {
  /**
   * The machine's bounds, and what loading took of it.
   *
   * @param threads that compute
   * @param kernels by which
   * @param readBytes that all of them read from memory in a second
   * @param flops that all of them do in a second, on 32-bit floats
   * @param weightBytes in memory
   * @param loadSeconds from the file's bytes to weights
   * @param residentBytes of the process at the end; 0 where the system does not say
   */
  record Machine(
      int threads,
      String kernels,
      double readBytes,
      double flops,
      long weightBytes,
      double loadSeconds,
      long residentBytes) {}

  /**
   * A kind of batch.
   *
   * @param test its name
   * @param sequences of a batch
   * @param depth tokens that each has already
   * @param shared how many of these are the same pages
   * @param tokensPerSecond of all sequences
   * @param ofRead bytes that must be read once a step, by the machine's rate
   * @param ofFlops operations, by the machine's rate
   */
  record Row(
      String test,
      int sequences,
      int depth,
      int shared,
      double tokensPerSecond,
      double ofRead,
      double ofFlops) {}

  String markdown() {
    return """
        %s, %,.0f MiB of weights, loaded in %.1f s; resident: %,d MiB

        %d threads, %s. This machine, in the same run: %.1f GB/s from memory, %.0f GFLOP/s.

        | test | tokens/s | of memory rate | of FMA peak |
        |---|---:|---:|---:|
        """
            .formatted(
                model,
                machine.weightBytes() / 1048576.0,
                machine.loadSeconds(),
                machine.residentBytes() >> 20,
                machine.threads(),
                machine.kernels(),
                machine.readBytes() / 1e9,
                machine.flops() / 1e9)
        + lines(
            row ->
                "| %s | %s | %.0f%% | %.0f%% |"
                    .formatted(
                        row.test(),
                        rate(row.tokensPerSecond()),
                        100 * row.ofRead(),
                        100 * row.ofFlops()));
  }

  String csv() {
    return "model,test,sequences,depth,shared,tokens_per_second,of_read,of_flops,threads,"
        + "read_bytes_per_second,flops_per_second\n"
        + lines(
            row ->
                String.format(
                    Locale.ROOT,
                    "\"%s\",%s,%d,%d,%d,%.3f,%.4f,%.4f,%d,%.0f,%.0f",
                    model.replace("\"", "\"\""),
                    row.test(),
                    row.sequences(),
                    row.depth(),
                    row.shared(),
                    row.tokensPerSecond(),
                    row.ofRead(),
                    row.ofFlops(),
                    machine.threads(),
                    machine.readBytes(),
                    machine.flops()));
  }

  private String lines(Function<Row, String> line) {
    return rows.stream().map(line).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String rate(double tokens) {
    return tokens < 100 ? "%.1f".formatted(tokens) : "%,.0f".formatted(tokens);
  }
}
