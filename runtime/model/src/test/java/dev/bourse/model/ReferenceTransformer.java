package dev.bourse.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The forward pass of {@link TinyModel} as plainly as it can be written: one token at a time, in
 * double arithmetic, without pages, batches or blocks.
 */
final class ReferenceTransformer {
  private final TinyModel model;

  /** For each layer the keys of all tokens so far, and the values. */
  private final List<List<double[]>> keys = new ArrayList<>();

  private final List<List<double[]>> values = new ArrayList<>();

  ReferenceTransformer(TinyModel model) {
    this.model = model;
    for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
      keys.add(new ArrayList<>());
      values.add(new ArrayList<>());
    }
  }

  /** The logits after the next token, which sees the earlier slots that {@code visible} says. */
  double[] next(int token, int position, IntPredicate visible) {
    double[] x = new double[TinyModel.HIDDEN];
    float[] embedding = model.tensor("token_embd.weight");
    for (int i = 0; i < x.length; i++) {
      x[i] = embedding[token * x.length + i];
    }
    for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      double[] h = norm(x, 0, x.length, prefix + "attn_norm.weight");
      add(x, attention(layer, prefix, h, position, visible));
      h = norm(x, 0, x.length, prefix + "ffn_norm.weight");
      double[] gate = multiply(prefix + "ffn_gate.weight", h);
      double[] up = multiply(prefix + "ffn_up.weight", h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x, multiply(prefix + "ffn_down.weight", gate));
    }
    double[] last = norm(x, 0, x.length, "output_norm.weight");
    return multiply(model.tied ? "token_embd.weight" : "output.weight", last);
  }

  private double[] attention(
      int layer, String prefix, double[] h, int position, IntPredicate visible) {
    double[] q = heads(prefix + "attn_q", h, position, true);
    keys.get(layer).add(heads(prefix + "attn_k", h, position, true));
    values.get(layer).add(heads(prefix + "attn_v", h, position, false));
    double[] out = new double[q.length];
    for (int head = 0; head < TinyModel.HEADS; head++) {
      attend(layer, q, head, visible, out);
    }
    return multiply(prefix + "attn_output.weight", out);
  }

  private void attend(int layer, double[] q, int head, IntPredicate visible, double[] out) {
    int dim = TinyModel.HEAD_DIM;
    int kvAt = head / (TinyModel.HEADS / TinyModel.KV_HEADS) * dim;
    double total = 0;
    for (int slot = 0; slot < keys.get(layer).size(); slot++) {
      if (!visible.test(slot)) {
        continue;
      }
      double score = 0;
      for (int d = 0; d < dim; d++) {
        score += q[head * dim + d] * keys.get(layer).get(slot)[kvAt + d];
      }
      double weight = Math.exp(score / Math.sqrt(dim));
      total += weight;
      for (int d = 0; d < dim; d++) {
        out[head * dim + d] += weight * values.get(layer).get(slot)[kvAt + d];
      }
    }
    for (int d = 0; d < dim && total > 0; d++) {
      out[head * dim + d] /= total;
    }
  }

  /** Queries, keys or values of a token, with all that the family does to them. */
  private double[] heads(String name, double[] h, int position, boolean rotated) {
    double[] x = multiply(name + ".weight", h);
    if (model.has(name + ".bias")) {
      float[] bias = model.tensor(name + ".bias");
      for (int i = 0; i < x.length; i++) {
        x[i] += bias[i];
      }
    }
    int dim = TinyModel.HEAD_DIM;
    for (int at = 0; at < x.length; at += dim) {
      if (model.has(name + "_norm.weight")) {
        System.arraycopy(norm(x, at, dim, name + "_norm.weight"), 0, x, at, dim);
      }
      if (rotated) {
        rotate(x, at, position);
      }
    }
    return x;
  }

  private void rotate(double[] x, int at, int position) {
    int pairs = TinyModel.HEAD_DIM / 2;
    boolean hasFactors = model.has("rope_freqs.weight");
    for (int i = 0; i < pairs; i++) {
      double angle =
          position / model.ropeScale * Math.pow(TinyModel.ROPE_BASE, -(double) i / pairs);
      angle /= hasFactors ? model.tensor("rope_freqs.weight")[i] : 1;
      boolean adjacent = model.family == Family.LLAMA;
      int a = at + (adjacent ? 2 * i : i);
      int b = adjacent ? a + 1 : a + pairs;
      double xa = x[a];
      double xb = x[b];
      x[a] = xa * Math.cos(angle) - xb * Math.sin(angle);
      x[b] = xa * Math.sin(angle) + xb * Math.cos(angle);
    }
  }

  private double[] norm(double[] x, int at, int length, String weightName) {
    float[] weight = model.tensor(weightName);
    double squares = 0;
    for (int i = 0; i < length; i++) {
      squares += x[at + i] * x[at + i];
    }
    double factor = 1 / Math.sqrt(squares / length + TinyModel.EPSILON);
    double[] out = new double[length];
    for (int i = 0; i < length; i++) {
      out[i] = x[at + i] * factor * weight[i];
    }
    return out;
  }

  private double[] multiply(String name, double[] x) {
    float[] matrix = model.tensor(name);
    double[] out = new double[matrix.length / x.length];
    for (int row = 0; row < out.length; row++) {
      for (int i = 0; i < x.length; i++) {
        out[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return out;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
