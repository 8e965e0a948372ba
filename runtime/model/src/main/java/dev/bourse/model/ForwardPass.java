package dev.bourse.model;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PagePool;
import dev.bourse.tensor.Compute;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.PagedKv;
import dev.bourse.tensor.RopeTable;
import dev.bourse.tensor.Scratch;

/** Computes batches over page tables. */
public final class ForwardPass implements AutoCloseable {
  private final ModelConfig config;
  private final Weights weights;
  private final PagePool pool;
  private final Compute compute;
  private final RopeTable rope;
  private float[] x = {}, h = {}, q = {}, k = {}, v = {}, att = {}, gate = {}, up = {}, tmp = {};
  private float[] logits = {}, hiddenOut = {};
  private ForwardBatch batch = new ForwardBatch();

  ForwardPass(ModelConfig config, Weights weights, RopeTable rope, PagePool pool, Compute compute) {
    this.config = config;
    this.weights = weights;
    this.pool = pool;
    this.compute = compute;
    this.rope = rope;
  }

  public float[] logits() {
    return logits;
  }

  public int logitsOffset(int row) {
    return batch.logits().index(row) * config.vocabularySize();
  }

  public float[] hidden() {
    return hiddenOut;
  }

  public int hiddenOffset(int row) {
    return batch.hidden().index(row) * config.hiddenSize();
  }

  public void run(ForwardBatch b) {
    batch = b;
    int n = b.rows();
    int hid = config.hiddenSize();
    var at = config.attention();
    int qw = at.queryWidth();
    int kw = at.kvWidth();
    int ff = config.feedForwardSize();
    x = new float[n * hid];
    h = new float[n * hid];
    q = new float[n * qw];
    k = new float[n * kw];
    v = new float[n * kw];
    att = new float[n * qw];
    gate = new float[n * ff];
    up = new float[n * ff];
    tmp = new float[n * hid];
    Kernels ks = compute.kernels();
    Scratch s0 = compute.scratch(0);
    KvLayout layout = pool.layout();
    for (int r = 0; r < n; r++) {
      weights.embedding().row(b.token(r), x, r * hid);
    }
    long[][] offs = new long[b.sequences()][];
    for (int s = 0; s < offs.length; s++) {
      offs[s] = new long[b.pageCount(s)];
      for (int i = 0; i < offs[s].length; i++) {
        offs[s][i] = pool.byteOffset(b.page(s, i));
      }
    }
    for (int l = 0; l < config.layers(); l++) {
      Layer layer = weights.layers().get(l);
      PagedKv[] kv = new PagedKv[offs.length];
      for (int s = 0; s < kv.length; s++) {
        kv[s] =
            new PagedKv(
                pool.memory(),
                offs[s],
                layout.keysOffset(l),
                layout.valuesOffset(l),
                at.kvHeads(),
                at.headDim(),
                layout.pageTokens());
      }
      for (int r = 0; r < n; r++) {
        ks.rmsNorm(x, r * hid, hid, layer.attentionNorm(), config.normEpsilon(), h, r * hid, s0);
      }
      compute.matmul(layer.attention().qkv(), h, n, new float[][] {q, k, v});
      for (int r = 0; r < n; r++) {
        int row = r;
        layer
            .attention()
            .bias()
            .ifPresent(
                bias -> {
                  ks.add(q, row * qw, bias.query(), 0, qw);
                  ks.add(k, row * kw, bias.key(), 0, kw);
                  ks.add(v, row * kw, bias.value(), 0, kw);
                });
        layer
            .attention()
            .headNorm()
            .ifPresent(
                norm -> {
                  for (int i = 0; i < at.heads(); i++) {
                    int o = row * qw + i * at.headDim();
                    ks.rmsNorm(q, o, at.headDim(), norm.query(), config.normEpsilon(), q, o, s0);
                  }
                  for (int i = 0; i < at.kvHeads(); i++) {
                    int o = row * kw + i * at.headDim();
                    ks.rmsNorm(k, o, at.headDim(), norm.key(), config.normEpsilon(), k, o, s0);
                  }
                });
        ks.rope(q, r * qw, at.heads(), at.headDim(), rope, b.position(r));
        ks.rope(k, r * kw, at.kvHeads(), at.headDim(), rope, b.position(r));
        kv[b.sequence(r)].store(b.slot(r), k, r * kw, v, r * kw);
      }
      int g = at.heads() / at.kvHeads();
      float scale = (float) (1 / Math.sqrt(at.headDim()));
      compute
          .pool()
          .run(
              n * at.kvHeads(),
              (task, worker) -> {
                int r = task / at.kvHeads();
                int kh = task % at.kvHeads();
                int o = r * qw + kh * g * at.headDim();
                ks.attention(
                    kv[b.sequence(r)],
                    b.slot(r) + 1,
                    b.mask(r),
                    kh,
                    g,
                    q,
                    o,
                    scale,
                    att,
                    o,
                    compute.scratch(worker));
              });
      compute.matmul(layer.attention().output(), att, n, tmp);
      ks.add(x, 0, tmp, 0, n * hid);
      for (int r = 0; r < n; r++) {
        ks.rmsNorm(x, r * hid, hid, layer.feedForwardNorm(), config.normEpsilon(), h, r * hid, s0);
      }
      compute.matmul(layer.feedForward().gateUp(), h, n, new float[][] {gate, up});
      ks.siluMul(gate, 0, up, 0, n * ff);
      compute.matmul(layer.feedForward().down(), gate, n, tmp);
      ks.add(x, 0, tmp, 0, n * hid);
    }
    int nl = b.logits().count();
    if (nl > 0) {
      for (int i = 0; i < nl; i++) {
        ks.rmsNorm(
            x, b.logits().row(i) * hid, hid, weights.outputNorm(), config.normEpsilon(), h, i * hid, s0);
      }
      logits = new float[nl * config.vocabularySize()];
      compute.matmul(weights.output(), h, nl, logits);
    }
    hiddenOut = new float[b.hidden().count() * hid];
    for (int i = 0; i < b.hidden().count(); i++) {
      ks.rmsNorm(
          x, b.hidden().row(i) * hid, hid, weights.outputNorm(), config.normEpsilon(), hiddenOut, i * hid, s0);
    }
  }

  @Override
  public void close() {}
}
