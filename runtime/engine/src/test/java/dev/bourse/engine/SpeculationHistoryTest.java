package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Law 4 for drafts: right, wrong or partly right, with constraints, windows, adapters, forks and
 * neighbours, over borders of pages and steps, suspended in the middle: the text is that of plain
 * decoding.
 */
@Timeout(120)
class SpeculationHistoryTest {
  private static final int HISTORIES = 96;
  private static final int TEXT = 48;
  private static final int NEIGHBOURS = 2;

  private static Model model;
  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  static long[] seeds() {
    return LongStream.range(0, HISTORIES).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theTextIsThatOfPlainDecoding(long seed) throws Exception {
    Random random = new Random(seed);
    Speculator speculator =
        new Speculator(
            sampler(random),
            random.nextInt(),
            random.nextInt(3) == 0
                ? null
                : new Speculator.Constraint(2048, 2 + random.nextInt(20)));
    LoraAdapter adapter =
        random.nextInt(3) == 0 ? TestAdapters.random(model.config(), random.nextInt(4)) : null;
    int[] prompt = random.ints(1 + random.nextInt(60), 0, 2000).toArray();
    boolean windowed = random.nextInt(3) == 0;
    int sinks = random.nextInt(12);
    int window = 4 + random.nextInt(40);

    int[] text;
    float[] logits;
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("plain")) {
      Line line = new Line(process).with(adapter);
      if (windowed) {
        line.context.window(sinks, window);
      }
      text = speculator.plain(line, prompt, TEXT);
      logits = logits(line, text[TEXT - 1]);
    }

    int pageTokens = 8 << random.nextInt(3);
    int pages = Math.ceilDiv((NEIGHBOURS + 1) * 80, pageTokens);
    EngineConfig config =
        EngineConfig.defaults(pages * pageTokens)
            .withPageTokens(pageTokens)
            .withStep(64, new int[] {1, 3, 64}[random.nextInt(3)])
            .withSpill(folder, random.nextInt(2) << 30);
    try (Engine engine = Engine.start(model, config);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> neighbours = new ArrayList<>();
      for (int i = 0; i < NEIGHBOURS; i++) {
        neighbours.add(
            executor.submit(
                () -> {
                  try (EngineProcess process = engine.openProcess("neighbour")) {
                    return new Line(process)
                        .generate(prompt, TEXT, new Sampler.Multinomial(0, 0))
                        .length;
                  }
                }));
      }
      try (EngineProcess process = engine.openProcess("speculative")) {
        Line line = new Line(process).with(adapter);
        if (windowed) {
          line.context.window(sinks, window);
        }
        line = speculate(line, speculator, prompt, text, random);
        assertThat(logits(line, text[TEXT - 1])).isEqualTo(logits);
        engine.check();
      }
      for (Future<?> neighbour : neighbours) {
        neighbour.get();
      }
    }
  }

  /** Writes the text with drafts, and checks it on the way; the line it has come to. */
  private static Line speculate(
      Line start, Speculator speculator, int[] prompt, int[] text, Random random) throws Exception {
    double wrong = new double[] {0, 0.1, 0.5, 1}[random.nextInt(4)];
    Line line = start;
    int[] input = prompt;
    int written = 0;
    while (written < TEXT) {
      int count = Math.min(random.nextInt(10), TEXT - written - 1);
      int[] drafts = Speculator.drafts(text, written, count, wrong, random);
      List<Slot> slots = line.speculate(speculator.request(input, drafts), input, drafts).slots();
      int[] drawn = slots.stream().mapToInt(slot -> ((Slot.Token) slot).id()).toArray();
      int right = Arrays.mismatch(drafts, Arrays.copyOfRange(text, written, written + count));
      assertThat(drawn)
          .isEqualTo(Arrays.copyOfRange(text, written, written + (right < 0 ? count : right) + 1));
      written += drawn.length;
      input = new int[] {drawn[drawn.length - 1]};
      line = between(line, random);
    }
    return line;
  }

  /** What a program may do between two passes. */
  private static Line between(Line line, Random random) throws Exception {
    switch (random.nextInt(6)) {
      case 0 -> line.context.suspend();
      case 1 -> {
        int full = line.context.workingTokens() / line.context.tokensPerPage();
        line.context.commitWorkingPages(full);
      }
      case 2 -> {
        Line fork = line.fork();
        if (random.nextBoolean()) {
          line.close();
        } else {
          // What the parent goes on with is nobody else's.
          line.pass(random.ints(5, 0, 2000).toArray());
          line.close();
        }
        return fork;
      }
      default -> {}
    }
    return line;
  }

  private static Sampler sampler(Random random) {
    float temperature = 0.5f + random.nextFloat();
    return switch (random.nextInt(8)) {
      case 0 -> new Sampler.Multinomial(temperature, random.nextInt());
      case 1 -> new Sampler.TopK(temperature, 1 + random.nextInt(50));
      case 2 -> new Sampler.TopP(temperature, random.nextFloat());
      case 3 -> new Sampler.MinP(temperature, random.nextFloat());
      case 4 -> new Sampler.TopKTopP(temperature, 1 + random.nextInt(50), random.nextFloat());
      default -> new Sampler.Multinomial(0, 0);
    };
  }

  private static float[] logits(Line line, int token) throws Exception {
    return ((Slot.Logits) line.pass(new int[] {token}, new Sampler.RawLogits()).getFirst())
        .logits();
  }
}
