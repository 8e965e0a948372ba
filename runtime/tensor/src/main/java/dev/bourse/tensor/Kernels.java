package dev.bourse.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a forward pass, in two twins that return identical bits, a scalar and a vector
 * one. NaNs count as identical.
 *
 * <p><b>Canonical order.</b> {@code fma(a, b, c)} is a·b + c with one rounding. Each output element
 * is computed by exactly these 32-bit operations, whatever the batch, tile, page size or thread:
 *
 * <ul>
 *   <li><b>matmul</b>, y[t][r] = Σ<sub>k</sub> W[r][k]·x[t][k], where W is scale · level + minimum
 *       with a scale and a minimum for each group of 16 or 32 columns ({@link BlockFormat}): from
 *       acc = 0, for each group in order, s = 0, then s = fma(level<sub>k</sub>, x<sub>k</sub>, s)
 *       for its columns in order; then acc = fma(s, scale, acc), where types without scales have
 *       scale 1; then, for types with minima, acc = fma(Σ x<sub>k</sub>, minimum, acc). The sum is
 *       that of 16 columns in order, from 0, or the sum of two of these. The result is acc.
 *   <li><b>rmsNorm</b>: 16 chains, chain c takes elements c, c + 16, … in order: s<sub>c</sub> =
 *       fma(x, x, s<sub>c</sub>) from 0; the chains are added in order c = 0 … 15, from 0. With r =
 *       (float) (1 / √(sum/n + ε)) in double arithmetic, y<sub>i</sub> = (x<sub>i</sub> · r) ·
 *       weight<sub>i</sub>.
 *   <li><b>rope</b>: a pair (a, b) becomes (fma(−b, sin, a · cos), fma(a, sin, b · cos)).
 *   <li><b>siluMul</b>: (g / (1 + exp(−g))) · u.
 *   <li><b>geluMul</b>: ((0.5 · g) · (1 + tanh((√(2/π) · g) · fma(0.044715 · g, g, 1)))) · u, and
 *       tanh x = 1 − 2 / (exp(x + x) + 1).
 *   <li><b>softCap</b>: tanh(x / cap) · cap.
 *   <li><b>softmax</b>: m = max, p<sub>i</sub> = exp(x<sub>i</sub> − m), l = p<sub>0</sub> +
 *       p<sub>1</sub> + … one chain in order, y<sub>i</sub> = p<sub>i</sub> · (1 / l).
 *   <li><b>attention</b>: score<sub>j</sub> = scale · s, where s = fma(q<sub>d</sub>,
 *       k<sub>jd</sub>, s) from 0 over d in order, and then capped if there is a cap; m = the
 *       largest visible score; p<sub>j</sub> = exp(score<sub>j</sub> − m); then over the visible
 *       slots in order, from 0, l = l + p<sub>j</sub> and o<sub>d</sub> = fma(p<sub>j</sub>,
 *       v<sub>jd</sub>, o<sub>d</sub>); the result is o<sub>d</sub> · (1 / l). A masked slot takes
 *       part in nothing, not even as a zero.
 *   <li><b>exp</b>: see {@link Exp}.
 * </ul>
 *
 * <p>Kernels run on one thread and check no bounds that Java does not check; {@link Compute}
 * spreads them over a {@link WorkerPool} and validates shapes. An implementation has no state, so
 * all threads may share it.
 */
public interface Kernels {
  /** The scalar twin: plain Java, fast from the first call on. */
  static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /**
   * The kernels to use: the vector twin where this machine and this JVM have it, the scalar twin
   * until it is compiled.
   */
  static Kernels best() {
    return KernelProvider.chosen();
  }

  /** For logs: which twin, and its vector width. */
  String name();

  /**
   * Products of a range of row groups with some tokens.
   *
   * @param first first group of 16 rows
   * @param end last group, exclusive
   * @param x for one token {@code [cols]}, for more packed as {@link #pack} does
   * @param xSums the sums of {@code x} as {@link Packing#sums} makes them, if the type of {@code w}
   *     has minima
   * @param tokens how many
   * @param y {@code [tokens][rows]}; only the rows of the range are written
   */
  void matmul(
      WeightMatrix w,
      int first,
      int end,
      float[] x,
      float[] xSums,
      int tokens,
      float[] y,
      Scratch scratch);

  /**
   * Packs activations {@code [tokens][cols]} as {@code [tokens/8][cols][8]}, so that a tile of 8
   * tokens reads them in sequence. The places of missing tokens are zero.
   *
   * @param firstTile first tile of 8 tokens to pack
   * @param endTile last tile, exclusive
   */
  default void pack(float[] x, int tokens, int cols, float[] packed, int firstTile, int endTile) {
    for (int tile = firstTile; tile < endTile; tile++) {
      for (int t = 0; t < Packing.TILE_TOKENS; t++) {
        int token = tile * Packing.TILE_TOKENS + t;
        Packing.packToken(x, token, tokens, cols, packed, tile * cols * Packing.TILE_TOKENS + t);
      }
    }
  }

  /**
   * Root-mean-square normalization of {@code n} floats; {@code out} may be {@code x} itself.
   *
   * @param weight {@code n} factors
   * @see <a href="https://arxiv.org/abs/1910.07467">RMSNorm</a>
   */
  void rmsNorm(
      float[] x,
      int xAt,
      int n,
      float[] weight,
      float epsilon,
      float[] out,
      int outAt,
      Scratch scratch);

  /**
   * Turns {@code heads} heads of {@code headDim} floats in place by the angles of a position;
   * elements from {@link RopeTable#rotatedDims()} on stay as they are.
   */
  void rope(float[] x, int at, int heads, int headDim, RopeTable table, int position);

  /** gate<sub>i</sub> = silu(gate<sub>i</sub>) · up<sub>i</sub>, for {@code n} floats. */
  void siluMul(float[] gate, int gateAt, float[] up, int upAt, int n);

  /**
   * gate<sub>i</sub> = gelu(gate<sub>i</sub>) · up<sub>i</sub>, for {@code n} floats.
   *
   * @see <a href="https://arxiv.org/abs/1606.08415">GELU, in its form with tanh</a>
   */
  void geluMul(float[] gate, int gateAt, float[] up, int upAt, int n);

  /** x<sub>i</sub> = cap · tanh(x<sub>i</sub> / cap), for {@code n} floats. */
  void softCap(float[] x, int at, int n, float cap);

  /** x<sub>i</sub> += y<sub>i</sub>, for {@code n} floats: a residual or a bias. */
  void add(float[] x, int xAt, float[] y, int yAt, int n);

  /** Softmax of {@code n} floats in place. */
  void softmax(float[] x, int at, int n);

  /**
   * Attention of one query token for the query heads that share one key/value head.
   *
   * @param first the token sees slots {@code first} to {@code slots - 1} at most
   * @param mask bit {@code j % 64} of word {@code j / 64} tells whether slot {@code j} is visible;
   *     {@code null} if all are. Where nothing is visible the result is zero
   * @param kvHead the key/value head
   * @param heads how many query heads share it
   * @param q {@code [heads][headDim]} from {@code qAt} on
   * @param scores how products become scores
   * @param out {@code [heads][headDim]} from {@code outAt} on
   */
  void attention(
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
      Scratch scratch);
}
