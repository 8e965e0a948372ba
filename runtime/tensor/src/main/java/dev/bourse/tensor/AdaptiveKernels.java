package dev.bourse.tensor;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The scalar twin at first, the vector twin once it is compiled.
 *
 * <p>Vector code that the JIT compiler has not reached yet is a hundred times slower than scalar
 * code, so a cold process would spend its first seconds in it. Instead, when a part of the kernels
 * is first used, a background thread calls the vector twin of that part on dummy data until it
 * beats the scalar one. Because both return the same bits, the switch is invisible in the results;
 * it may even fall between two tasks of one product.
 */
final class AdaptiveKernels implements Kernels {
  private static final System.Logger LOG = System.getLogger(AdaptiveKernels.class.getName());

  /**
   * How long after the first use to begin. A program that answers in a second has better use for
   * the cores than compiling kernels that it will not need any more.
   */
  private static final long DELAY_MILLIS = 700;

  /** When compilation has not come about after this, it is not going to. */
  private static final long WARM_UP_NANOS_MAX = 10_000_000_000L;

  /** Token counts that take different paths through the vector twin. */
  private static final int[] TOKENS = {1, 8, VectorMatmul.FUSED_TOKENS_MAX + 8};

  private final Kernels vector;

  /** What waits to be compiled, that which takes most of a step first. */
  private final BlockingQueue<Part> cold =
      new PriorityBlockingQueue<>(8, Comparator.comparing(part -> part.share));

  private final EnumMap<BlockFormat, Part[]> matmul = new EnumMap<>(BlockFormat.class);
  private final Part attention;
  private final Part elementwise;
  private final Part gelu;

  AdaptiveKernels(Kernels vector) {
    this.vector = vector;
    for (BlockFormat format : BlockFormat.values()) {
      matmul.put(
          format,
          IntStream.of(TOKENS)
              .mapToObj(
                  tokens ->
                      new Part(
                          Share.MOST,
                          format + " products of " + tokens + " tokens",
                          () -> WarmUp.matmul(format, tokens)))
              .toArray(Part[]::new));
    }
    this.attention = new Part(Share.SOME, "attention", WarmUp::attention);
    this.elementwise = new Part(Share.LITTLE, "elementwise kernels", WarmUp::elementwise);
    this.gelu = new Part(Share.LITTLE, "kernels with tanh", WarmUp::tanh);
    Thread warmUp = new Thread(this::warmUp, "bourse-kernel-warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
  }

  /** How much of a step's time a part takes, the larger first. */
  private enum Share {
    MOST,
    SOME,
    LITTLE
  }

  /** A part of the kernels that is compiled, and switched, on its own. */
  private final class Part {
    private final Share share;
    private final String name;
    private final Supplier<WarmUp.Exercise> exercise;
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Plain on purpose: a stale value is the slower twin, never a wrong result. */
    private Kernels current = ScalarKernels.INSTANCE;

    Part(Share share, String name, Supplier<WarmUp.Exercise> exercise) {
      this.share = share;
      this.name = name;
      this.exercise = exercise;
    }

    Kernels kernels() {
      if (!requested.getPlain() && requested.compareAndSet(false, true)) {
        cold.add(this);
      }
      return current;
    }
  }

  private void warmUp() {
    try {
      cold.add(cold.take());
      Thread.sleep(DELAY_MILLIS);
      while (true) {
        Part part = cold.take();
        long start = System.nanoTime();
        boolean fast = WarmUp.run(part.exercise.get(), vector, WARM_UP_NANOS_MAX);
        part.current = fast ? vector : part.current;
        LOG.log(
            System.Logger.Level.DEBUG,
            "{0}: {1} after {2} ms",
            part.name,
            fast ? vector.name() : "the vector twin is no faster, staying scalar",
            (System.nanoTime() - start) / 1_000_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Part matmulPart(WeightMatrix w, int tokens) {
    int path = tokens == 1 ? 0 : tokens <= VectorMatmul.FUSED_TOKENS_MAX ? 1 : 2;
    return parts(w.format())[path];
  }

  private Part[] parts(BlockFormat format) {
    return Objects.requireNonNull(matmul.get(format), "every format has its parts");
  }

  @Override
  public String name() {
    return "scalar until compiled, then " + vector.name();
  }

  @Override
  public void matmul(
      WeightMatrix w,
      int first,
      int end,
      float[] x,
      float[] xSums,
      int tokens,
      float[] y,
      Scratch scratch) {
    matmulPart(w, tokens).kernels().matmul(w, first, end, x, xSums, tokens, y, scratch);
  }

  @Override
  public void rmsNorm(
      float[] x,
      int xAt,
      int n,
      float[] weight,
      float epsilon,
      float[] out,
      int outAt,
      Scratch scratch) {
    elementwise.kernels().rmsNorm(x, xAt, n, weight, epsilon, out, outAt, scratch);
  }

  @Override
  public void rope(float[] x, int at, int heads, int headDim, RopeTable table, int position) {
    elementwise.kernels().rope(x, at, heads, headDim, table, position);
  }

  @Override
  public void siluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    elementwise.kernels().siluMul(gate, gateAt, up, upAt, n);
  }

  @Override
  public void geluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    gelu.kernels().geluMul(gate, gateAt, up, upAt, n);
  }

  @Override
  public void softCap(float[] x, int at, int n, float cap) {
    gelu.kernels().softCap(x, at, n, cap);
  }

  @Override
  public void add(float[] x, int xAt, float[] y, int yAt, int n) {
    elementwise.kernels().add(x, xAt, y, yAt, n);
  }

  @Override
  public void softmax(float[] x, int at, int n) {
    elementwise.kernels().softmax(x, at, n);
  }

  @Override
  public void attention(
      PagedKv kv,
      int first,
      int slots,
      long @Nullable [] mask,
      int kvHead,
      int heads,
      float[] q,
      int qAt,
      Scores scores,
      float[] out,
      int outAt,
      Scratch scratch) {
    attention
        .kernels()
        .attention(kv, first, slots, mask, kvHead, heads, q, qAt, scores, out, outAt, scratch);
  }
}
