package dev.bourse.model;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PagePool;
import dev.bourse.tensor.Compute;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.PagedKv;
import dev.bourse.tensor.RopeTable;
import dev.bourse.tensor.Scratch;
import dev.bourse.tensor.WeightMatrix;
import java.util.Arrays;

/**
 * Computes batches over page tables: all rows of all sequences at once, so that every weight is
 * read once a step.
 *
 * <p>In each layer the keys and values of all rows are written to their pages first; then every row
 * attends to its own sequence. So it makes no difference whether two tokens of a sequence are rows
 * of one batch or of two: the logits are the same bits, and the same holds for whoever else is in
 * the batch, for the size of pages, and for the number of threads.
 *
 * <p>A forward pass belongs to one thread. It allocates nothing in proportion to a batch once its
 * buffers have grown to the largest one.
 */
public final class ForwardPass implements AutoCloseable {
  private final ModelConfig config;
  private final Weights weights;
  private final Rotations rotations;
  private final PagePool pool;
  private final Compute compute;
  private final Kernels kernels;
  private final RowRuns runs;
  private final AdapterProducts adapters;
  private final KvViews views;
  private final Activations act;

  private final RowRuns.Body embed = this::embed;
  private final RowRuns.Body normForAttention = this::normForAttention;
  private final RowRuns.Body prepareHeads = this::prepareHeads;
  private final RowRuns.Body attend = this::attend;
  private final RowRuns.Body addAndNorm = this::addAndNorm;
  private final RowRuns.Body activate = this::activate;
  private final RowRuns.Body addBlock = this::addBlock;

  private ForwardBatch batch = new ForwardBatch();
  private float[] logits = {};
  private float[] hiddenStates = {};

  /** The layer being computed. */
  private Layer layer;

  private int layerIndex;

  /**
   * The rows still being computed, ascending: all of them until only some have a result to give.
   */
  private int[] active = {};

  private int activeCount;

  ForwardPass(
      ModelConfig config,
      Weights weights,
      Rotations rotations,
      PagePool pool,
      Compute compute,
      int rowsMax) {
    KvLayout layout = pool.layout();
    if (!layout.equals(config.kvLayout(layout.pageTokens()))) {
      throw new IllegalArgumentException(
          "the page pool is laid out as "
              + layout
              + ", but the model needs "
              + config.kvLayout(layout.pageTokens()));
    }
    this.config = config;
    this.weights = weights;
    this.rotations = rotations;
    this.pool = pool;
    this.compute = compute;
    this.kernels = compute.kernels();
    this.runs = new RowRuns(compute);
    this.adapters = new AdapterProducts(config, runs);
    this.views = new KvViews(pool);
    this.act = new Activations(config, rowsMax);
    this.layer = weights.layers().getFirst();
  }

  /**
   * Computes a batch. Afterwards the keys and values of its rows are in their pages, and what was
   * requested can be read until the next run.
   *
   * @throws IllegalArgumentException if the batch has a row, a page or a size that this model or
   *     this pool does not have; nothing was computed then
   */
  public void run(ForwardBatch newBatch) {
    BatchChecks.require(newBatch, config, pool);
    act.require(newBatch.rows());
    batch = newBatch;
    if (batch.rows() == 0) {
      return;
    }
    views.bind(batch);
    adapters.bind(batch);
    activateAll();
    runs.run(activeCount, config.hiddenSize(), embed);
    for (layerIndex = 0; layerIndex < config.layers(); layerIndex++) {
      layer = weights.layers().get(layerIndex);
      storeKeysAndValues();
      if (layerIndex == config.layers() - 1) {
        keepRequested();
      }
      if (activeCount > 0) {
        runAttention();
        runFeedForward();
      }
    }
    readHidden();
    readLogits();
  }

  /**
   * The logits of the last run, {@code [requested rows][vocabulary]}, and possibly more after them.
   * Valid until the next run.
   */
  public float[] logits() {
    return logits;
  }

  /**
   * Where the logits of a row begin in {@link #logits()}.
   *
   * @throws IllegalArgumentException if they were not requested
   */
  public int logitsOffset(int row) {
    return batch.logits().index(row) * config.vocabularySize();
  }

  /**
   * The hidden states of the last run after the last normalization, {@code [requested
   * rows][hidden]}, and possibly more after them. Valid until the next run.
   */
  public float[] hidden() {
    return hiddenStates;
  }

  /**
   * Where the hidden state of a row begins in {@link #hidden()}.
   *
   * @throws IllegalArgumentException if it was not requested
   */
  public int hiddenOffset(int row) {
    return batch.hidden().index(row) * config.hiddenSize();
  }

  /** Everything here is on the heap; the page pool and the threads are others' to close. */
  @Override
  public void close() {}

  private void activateAll() {
    activeCount = batch.rows();
    if (active.length < activeCount) {
      active = new int[Math.max(activeCount, 2 * active.length)];
    }
    Arrays.setAll(active, row -> row);
  }

  private void embed(int from, int end, Scratch scratch) {
    for (int i = from; i < end; i++) {
      int to = i * config.hiddenSize();
      weights.embedding().row(batch.token(active[i]), act.hidden, to, scratch);
    }
    scale(act.hidden, from, end, config.factors().embedding());
  }

  /** Multiplies rows of the hidden size. */
  private void scale(float[] x, int from, int end, float factor) {
    if (factor != 1) {
      for (int i = from * config.hiddenSize(); i < end * config.hiddenSize(); i++) {
        x[i] *= factor;
      }
    }
  }

  private void storeKeysAndValues() {
    runs.run(activeCount, 2L * config.hiddenSize(), normForAttention);
    compute.matmul(layer.attention().qkv(), act.block, activeCount, act.qkv);
    adapt(Projection.QUERY, act.block, act.qkv[0]);
    adapt(Projection.KEY, act.block, act.qkv[1]);
    adapt(Projection.VALUE, act.block, act.qkv[2]);
    int width = config.attention().queryWidth() + 2 * config.attention().kvWidth();
    runs.run(activeCount, 4L * width, prepareHeads);
  }

  /** What the rows' adapters add to a projection. */
  private void adapt(Projection projection, float[] x, float[] y) {
    adapters.add(layerIndex, projection, active, activeCount, x, y);
  }

  private void normForAttention(int from, int end, Scratch scratch) {
    enterBlock(layer.attentionNorms(), from, end, scratch);
  }

  /** Makes the input of a block of the hidden states. */
  private void enterBlock(Layer.BlockNorms norms, int from, int end, Scratch scratch) {
    if (norms.before().isEmpty()) {
      int at = from * config.hiddenSize();
      System.arraycopy(act.hidden, at, act.block, at, (end - from) * config.hiddenSize());
      return;
    }
    float[] weight = norms.before().get();
    for (int i = from; i < end; i++) {
      norm(act.hidden, i, weight, act.block, i, scratch);
    }
  }

  /** Adds the output of a block to the hidden states. */
  private void leaveBlock(Layer.BlockNorms norms, int from, int end, Scratch scratch) {
    if (norms.after().isPresent()) {
      float[] weight = norms.after().get();
      for (int i = from; i < end; i++) {
        norm(act.block, i, weight, act.block, i, scratch);
      }
    }
    scale(act.block, from, end, config.factors().residual());
    int at = from * config.hiddenSize();
    kernels.add(act.hidden, at, act.block, at, (end - from) * config.hiddenSize());
  }

  /** What a family does to queries, keys and values before attention; then the cache write. */
  private void prepareHeads(int from, int end, Scratch scratch) {
    ModelConfig.Attention shape = config.attention();
    float[] q = act.qkv[0];
    float[] k = act.qkv[1];
    float[] v = act.qkv[2];
    for (int i = from; i < end; i++) {
      int qAt = i * shape.queryWidth();
      int kvAt = i * shape.kvWidth();
      if (layer.attention().bias().isPresent()) {
        Layer.QkvBias bias = layer.attention().bias().get();
        kernels.add(q, qAt, bias.query(), 0, shape.queryWidth());
        kernels.add(k, kvAt, bias.key(), 0, shape.kvWidth());
        kernels.add(v, kvAt, bias.value(), 0, shape.kvWidth());
      }
      if (layer.attention().headNorm().isPresent()) {
        Layer.HeadNorm headNorm = layer.attention().headNorm().get();
        normHeads(q, qAt, shape.heads(), headNorm.query(), scratch);
        normHeads(k, kvAt, shape.kvHeads(), headNorm.key(), scratch);
      }
      int row = active[i];
      RopeTable rope = config.hasWindow(layerIndex) ? rotations.window() : rotations.all();
      kernels.rope(q, qAt, shape.heads(), shape.headDim(), rope, batch.position(row));
      kernels.rope(k, kvAt, shape.kvHeads(), shape.headDim(), rope, batch.position(row));
      view(row).store(batch.slot(row), k, kvAt, v, kvAt);
    }
  }

  /** Normalizes each head, or all of them together where there are weights for all. */
  private void normHeads(float[] x, int at, int heads, float[] weight, Scratch scratch) {
    int width = heads * config.attention().headDim();
    for (int from = at; from < at + width; from += weight.length) {
      kernels.rmsNorm(x, from, weight.length, weight, config.normEpsilon(), x, from, scratch);
    }
  }

  /**
   * Leaves out of the last layer the rows that nobody asked anything of: their keys and values are
   * stored, and nothing else is wanted of them. In a prefill that is every row but one.
   */
  private void keepRequested() {
    int kept = 0;
    for (int i = 0; i < activeCount; i++) {
      int row = active[i];
      if (batch.logits().contains(row) || batch.hidden().contains(row)) {
        move(act.hidden, i, kept, config.hiddenSize());
        move(act.qkv[0], i, kept, config.attention().queryWidth());
        active[kept++] = row;
      }
    }
    activeCount = kept;
  }

  private static void move(float[] rows, int from, int to, int width) {
    if (from != to) {
      System.arraycopy(rows, from * width, rows, to * width, width);
    }
  }

  private void runAttention() {
    ModelConfig.Attention shape = config.attention();
    long slots = 0;
    for (int i = 0; i < activeCount; i++) {
      slots += batch.slot(active[i]) + 1;
    }
    long workPerRow = slots / activeCount * 2 * shape.queryWidth();
    runs.run(activeCount * shape.kvHeads(), workPerRow / shape.kvHeads(), attend);
    compute.matmul(layer.attention().output(), act.attended, activeCount, act.block);
    adapt(Projection.ATTENTION_OUTPUT, act.attended, act.block);
  }

  /** Attention of some (row, key/value head) pairs, the heads of a row next to each other. */
  private void attend(int from, int end, Scratch scratch) {
    ModelConfig.Attention shape = config.attention();
    int group = shape.heads() / shape.kvHeads();
    for (int i = from; i < end; i++) {
      int row = active[i / shape.kvHeads()];
      int at = i * group * shape.headDim();
      kernels.attention(
          view(row),
          firstSlot(row),
          batch.slot(row) + 1,
          batch.mask(row),
          i % shape.kvHeads(),
          group,
          act.qkv[0],
          at,
          shape.scores(),
          act.attended,
          at,
          scratch);
    }
  }

  /** The first slot that a row sees in this layer: a window counts slots. */
  private int firstSlot(int row) {
    return config.hasWindow(layerIndex)
        ? Math.max(0, batch.slot(row) + 1 - config.attention().window())
        : 0;
  }

  private void runFeedForward() {
    int width = config.feedForwardSize();
    runs.run(activeCount, 3L * config.hiddenSize(), addAndNorm);
    compute.matmul(layer.feedForward().gateUp(), act.block, activeCount, act.gateUp);
    adapt(Projection.GATE, act.block, act.gateUp[0]);
    adapt(Projection.UP, act.block, act.gateUp[1]);
    runs.run(activeCount, 16L * width, activate);
    compute.matmul(layer.feedForward().down(), act.gateUp[0], activeCount, act.block);
    adapt(Projection.DOWN, act.gateUp[0], act.block);
    runs.run(activeCount, config.hiddenSize(), addBlock);
  }

  private void addAndNorm(int from, int end, Scratch scratch) {
    leaveBlock(layer.attentionNorms(), from, end, scratch);
    enterBlock(layer.feedForwardNorms(), from, end, scratch);
  }

  private void activate(int from, int end, Scratch scratch) {
    int width = config.feedForwardSize();
    int at = from * width;
    if (config.family().has(Family.Trait.GELU)) {
      kernels.geluMul(act.gateUp[0], at, act.gateUp[1], at, (end - from) * width);
    } else {
      kernels.siluMul(act.gateUp[0], at, act.gateUp[1], at, (end - from) * width);
    }
  }

  private void addBlock(int from, int end, Scratch scratch) {
    leaveBlock(layer.feedForwardNorms(), from, end, scratch);
  }

  private void readHidden() {
    ForwardBatch.Requests requests = batch.hidden();
    hiddenStates = grown(hiddenStates, requests.count(), config.hiddenSize());
    readNormalized(requests, hiddenStates);
  }

  private void readLogits() {
    ForwardBatch.Requests requests = batch.logits();
    if (requests.count() > 0) {
      WeightMatrix output = weights.output();
      logits = grown(logits, requests.count(), config.vocabularySize());
      readNormalized(requests, act.block);
      compute.matmul(output, act.block, requests.count(), logits);
      adjustLogits(requests.count());
    }
  }

  private void adjustLogits(int count) {
    ModelConfig.Factors factors = config.factors();
    int length = count * config.vocabularySize();
    for (int i = 0; factors.logits() != 1 && i < length; i++) {
      logits[i] *= factors.logits();
    }
    if (factors.logitCap() > 0) {
      kernels.softCap(logits, 0, length, factors.logitCap());
    }
  }

  private void readNormalized(ForwardBatch.Requests requests, float[] out) {
    for (int index = 0; index < requests.count(); index++) {
      int i = Arrays.binarySearch(active, 0, activeCount, requests.row(index));
      norm(act.hidden, i, weights.outputNorm(), out, index, compute.scratch(0));
    }
  }

  private void norm(float[] x, int row, float[] weight, float[] out, int outRow, Scratch scratch) {
    int width = config.hiddenSize();
    kernels.rmsNorm(
        x, row * width, width, weight, config.normEpsilon(), out, outRow * width, scratch);
  }

  private PagedKv view(int row) {
    return views.view(batch.sequence(row), layerIndex);
  }

  private static float[] grown(float[] array, int rows, int width) {
    long length = (long) rows * width;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows + " rows of " + width + " results do not fit an array: request fewer at once");
    }
    return array.length >= length
        ? array
        : new float[(int) Math.min(Integer.MAX_VALUE - 8, Math.max(length, 2L * array.length))];
  }
}
