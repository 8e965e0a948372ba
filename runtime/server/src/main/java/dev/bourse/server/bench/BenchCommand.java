package dev.bourse.server.bench;

import dev.bourse.model.Model;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.JsonLines;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.Streams;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.MachineLimits;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bourse bench}. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a model is computed on this machine, and what part that is of what the"
          + " machine can give: bytes from memory, and multiply-adds, measured in the same run.",
      "",
      "Nothing need be downloaded: --shape makes a model of a published one's sizes from noise.",
      ""
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int SHARED_TOKENS = 1024;
  private static final long WARM_UP_NANOS_MAX = 60_000_000_000L;

  /** What the prefill of a row's own tokens takes on average. */
  private static final double AVERAGE_DEPTH = 0.5;

  private final Streams streams;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf",
      description = "The model. Default: the embedded one.")
  private @Nullable String model;

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description = "Or a model of noise with the sizes of: llama-1b, qwen3-0.6b and others.")
  private @Nullable String shape;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The type of its weights, such as q8_0 or q4_k. Default: ${DEFAULT-VALUE}.")
  private String type = "q8_0";

  @Option(
      names = "--prefill",
      split = ",",
      paramLabel = "TOKENS",
      description = "Prompts to measure. Default: ${DEFAULT-VALUE}.")
  private List<Integer> prefills = List.of(128, 512);

  @Option(
      names = "--depth",
      split = ",",
      paramLabel = "TOKENS",
      description = "How deep a context is that decodes alone. Default: ${DEFAULT-VALUE}.")
  private List<Integer> depths = List.of(0, 2048, 8192);

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "SEQUENCES",
      description =
          "Sequences that decode together, 1,024 tokens deep, with pages of their own and with the"
              + " same ones. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of(1, 2, 4, 8, 16, 32);

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to measure each. Default: ${DEFAULT-VALUE}.")
  private double seconds = 2;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each physical core.")
  private @Nullable Integer threads;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "markdown, csv or json. Default: ${DEFAULT-VALUE}.")
  private String format = "markdown";

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw how the rate grows with the sequences of a batch.")
  private @Nullable Path plot;

  public BenchCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    check();
    WorkerPool workers = threads == null ? new WorkerPool() : new WorkerPool(threads);
    long nanos = (long) (seconds * 1e9);
    say("measuring the machine");
    double read = MachineLimits.readBytesPerSecond(workers, nanos);
    double flops = MachineLimits.flopsPerSecond(workers, nanos);
    say("loading " + (shape == null ? model == null ? "the embedded model" : model : shape));
    long start = System.nanoTime();
    try (Model loaded = load(workers)) {
      double loading = (System.nanoTime() - start) / 1e9;
      List<BenchResult.Row> rows = rows(loaded, nanos, read, flops);
      BenchResult result =
          new BenchResult(
              loaded.config().name(),
              new BenchResult.Machine(
                  workers.threads(),
                  Kernels.best().name(),
                  read,
                  flops,
                  loaded.weightBytes(),
                  loading,
                  residentBytes()),
              rows);
      write(result);
    } catch (ModelFileException e) {
      throw CommandException.badFile(String.valueOf(e.getMessage()), e);
    }
    return ExitCode.OK;
  }

  private void check() {
    if (model != null && shape != null) {
      throw CommandException.usage("--model and --shape: one of them says what to measure");
    }
    if (shape != null) {
      var _ = shape(shape);
      var _ = type(type);
    }
    if (!List.of("markdown", "csv", "json").contains(format)) {
      throw CommandException.usage(
          "--format is %s, but must be markdown, csv or json".formatted(format));
    }
    requireRange("--prefill", prefills, 1);
    requireRange("--depth", depths, 0);
    requireRange("--batch", batches, 1);
    if (!(seconds > 0 && seconds <= 600)) {
      throw CommandException.usage(
          "--seconds is %s, but must be above 0 and at most 600".formatted(seconds));
    }
    if (threads != null && (threads < 1 || threads > 1024)) {
      throw CommandException.usage(
          "--threads is %d, but must be from 1 to 1024".formatted(threads));
    }
  }

  private static void requireRange(String option, List<Integer> values, int min) {
    for (int value : values) {
      if (value < min || value > 1 << 20) {
        throw CommandException.usage(
            "%s has %d, but must be from %d to %d".formatted(option, value, min, 1 << 20));
      }
    }
  }

  private Model load(WorkerPool workers) throws ModelFileException {
    if (shape == null) {
      return ModelFiles.load(model == null ? ModelFiles.DEMO : model, workers);
    }
    Shape known = shape(shape);
    TensorType weights = type(type);
    return Model.load(
        GgufFile.of(shape, arena -> SyntheticModel.gguf(known, weights, arena)), workers);
  }

  private static Shape shape(String name) {
    return Arrays.stream(Shape.values())
        .filter(known -> known.key().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "--shape is %s; there are %s".formatted(name, Shape.keys())));
  }

  private static TensorType type(String name) {
    return Arrays.stream(TensorType.values())
        .filter(known -> known.supported() && known.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "--type is %s; there are %s".formatted(name, TensorType.supportedNames())));
  }

  private List<BenchResult.Row> rows(Model loaded, long nanos, double read, double flops) {
    int context = loaded.config().contextLength();
    int deepest = depths.stream().mapToInt(Integer::intValue).max().orElse(0);
    int widest = batches.stream().mapToInt(Integer::intValue).max().orElse(0);
    int longest = prefills.stream().mapToInt(Integer::intValue).max().orElse(0);
    int shared = Math.min(SHARED_TOKENS, context - 1) / 16 * 16;
    int tokensMax =
        Math.max(
            widest * (shared + 16),
            Math.max(Math.min(deepest, context), Math.min(longest, context)));
    List<BenchResult.Row> rows = new ArrayList<>();
    try (ModelRates rates = new ModelRates(loaded, tokensMax + ModelRates.ROWS_MAX, nanos)) {
      say("warming up");
      rates.warmUp(WARM_UP_NANOS_MAX);
      for (int tokens : prefills) {
        if (fits("prefill", tokens, context)) {
          say("prefill " + tokens);
          double time = rates.prefill(tokens);
          double work = tokens * rates.flops(tokens * AVERAGE_DEPTH, false);
          rows.add(
              new BenchResult.Row(
                  "prefill " + tokens,
                  1,
                  0,
                  0,
                  tokens / time,
                  loaded.weightBytes() / time / read,
                  work / time / flops));
        }
      }
      for (int depth : depths) {
        if (fits("decode", depth + 1, context)) {
          say("decode at depth " + depth);
          rows.add(decode("decode at " + depth, rates, loaded, 1, depth, 0, read, flops));
        }
      }
      for (int same : new int[] {0, shared}) {
        for (int sequences : batches) {
          String name =
              same == 0 ? "batch of " + sequences : "batch of %d, shared".formatted(sequences);
          say(name);
          rows.add(decode(name, rates, loaded, sequences, shared, same, read, flops));
        }
      }
    }
    return rows;
  }

  private boolean fits(String what, int tokens, int context) {
    if (tokens > context) {
      say("%s of %d: beyond the model's context of %d, left out".formatted(what, tokens, context));
    }
    return tokens <= context;
  }

  private static BenchResult.Row decode(
      String test,
      ModelRates rates,
      Model loaded,
      int sequences,
      int depth,
      int shared,
      double read,
      double flops) {
    double time = rates.decode(sequences, depth, shared);
    double kv = rates.kvBytes() * (shared + (double) sequences * (depth - shared));
    return new BenchResult.Row(
        test,
        sequences,
        depth,
        shared,
        sequences / time,
        (loaded.weightBytes() + kv) / time / read,
        sequences * rates.flops(depth, true) / time / flops);
  }

  private void write(BenchResult result) {
    switch (format) {
      case "csv" -> streams.print(result.csv());
      case "json" -> streams.println(JsonLines.JSON.writeValueAsString(result));
      default -> streams.print(result.markdown());
    }
    streams.flush();
    if (plot != null) {
      try {
        BenchPlot.write(result, plot);
      } catch (IOException e) {
        throw CommandException.badFile(plot + ": cannot be written: " + e.getMessage(), e);
      }
    }
  }

  /** As Linux says it. */
  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      return 0; // Not this system.
    }
    return 0;
  }

  private void say(String line) {
    streams.error("bourse: " + line);
  }
}
