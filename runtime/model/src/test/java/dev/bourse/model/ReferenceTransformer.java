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
      x[i] = embedding[token * x.length + i] * embeddingFactor();
    }
    for (int layer = 0; layer < TinyModel.LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      double[] h = normIfAny(x, prefix + "attn_norm.weight");
      h = attention(layer, prefix, h, position, visible);
      add(x, normIfAny(h, prefix + "post_attention_norm.weight"));
      h = normIfAny(x, prefix + "ffn_norm.weight");
      double[] gate = multiply(prefix + "ffn_gate.weight", h);
      double[] up = multiply(prefix + "ffn_up.weight", h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = activation(gate[i]) * up[i];
      }
      h = multiply(prefix + "ffn_down.weight", gate);
      add(x, normIfAny(h, prefix + "post_ffw_norm.weight"));
    }
    double[] last = norm(x, 0, x.length, "output_norm.weight");
    double[] logits = multiply(model.tied ? "token_embd.weight" : "output.weight", last);
    for (int i = 0; i < logits.length; i++) {
      logits[i] =
          switch (model.family) {
            case GEMMA2 -> TinyModel.LOGIT_CAP * Math.tanh(logits[i] / TinyModel.LOGIT_CAP);
            case GRANITE -> logits[i] / TinyModel.LOGIT_SCALE;
            default -> logits[i];
          };
    }
    return logits;
  }

  private double embeddingFactor() {
    return switch (model.family) {
      case GEMMA2, GEMMA3 -> Math.sqrt(TinyModel.HIDDEN);
      case GRANITE -> TinyModel.EMBEDDING_SCALE;
      default -> 1;
    };
  }

  private double activation(double g) {
    return switch (model.family) {
      case GEMMA2, GEMMA3 ->
          0.5 * g * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)));
      default -> g / (1 + Math.exp(-g));
    };
  }

  private boolean hasWindow(int layer) {
    return switch (model.family) {
      case GEMMA2 -> layer % 2 == 0;
      case GEMMA3 -> layer % 6 != 5;
      default -> false;
    };
  }

  private double[] normIfAny(double[] x, String weight) {
    return model.has(weight) ? norm(x, 0, x.length, weight) : x;
  }

  private double[] attention(
      int layer, String prefix, double[] h, int position, IntPredicate visible) {
    double base = model.family == Family.GEMMA3 ? 10_000 : TinyModel.ROPE_BASE;
    double scale = model.family == Family.GEMMA3 ? 1 : model.ropeScale;
    double[] q = heads(prefix + "attn_q", h, position / scale, base);
    keys.get(layer).add(heads(prefix + "attn_k", h, position / scale, base));
    values.get(layer).add(heads(prefix + "attn_v", h, 0, base));
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
    int slots = keys.get(layer).size();
    int first = hasWindow(layer) ? Math.max(0, slots - TinyModel.WINDOW) : 0;
    for (int slot = first; slot < slots; slot++) {
      if (!visible.test(slot)) {
        continue;
      }
      double score = 0;
      for (int d = 0; d < dim; d++) {
        score += q[head * dim + d] * keys.get(layer).get(slot)[kvAt + d];
      }
      double weight = Math.exp(scaled(score));
      total += weight;
      for (int d = 0; d < dim; d++) {
        out[head * dim + d] += weight * values.get(layer).get(slot)[kvAt + d];
      }
    }
    for (int d = 0; d < dim && total > 0; d++) {
      out[head * dim + d] /= total;
    }
  }

  private double scaled(double score) {
    double scaled = score / Math.sqrt(TinyModel.HEAD_DIM);
    return switch (model.family) {
      case GEMMA2 -> TinyModel.SCORE_CAP * Math.tanh(scaled / TinyModel.SCORE_CAP);
      case GRANITE -> score * TinyModel.ATTENTION_SCALE;
      default -> scaled;
    };
  }

  /** Queries, keys or values of a token, with all that the family does to them. */
  private double[] heads(String name, double[] h, double position, double base) {
    double[] x = multiply(name + ".weight", h);
    if (model.has(name + ".bias")) {
      float[] bias = model.tensor(name + ".bias");
      for (int i = 0; i < x.length; i++) {
        x[i] += bias[i];
      }
    }
    if (model.has(name + "_norm.weight")) {
      int width = model.tensor(name + "_norm.weight").length;
      for (int at = 0; at < x.length; at += width) {
        System.arraycopy(norm(x, at, width, name + "_norm.weight"), 0, x, at, width);
      }
    }
    for (int at = 0; at < x.length; at += TinyModel.HEAD_DIM) {
      rotate(x, at, position, base);
    }
    return x;
  }

  private void rotate(double[] x, int at, double position, double base) {
    int pairs = TinyModel.HEAD_DIM / 2;
    boolean hasFactors = model.has("rope_freqs.weight");
    for (int i = 0; i < pairs; i++) {
      double angle = position * Math.pow(base, -(double) i / pairs);
      angle /= hasFactors ? model.tensor("rope_freqs.weight")[i] : 1;
      boolean adjacent = model.family == Family.LLAMA || model.family == Family.GRANITE;
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

  /** Adds what comes out of a block. */
  private void add(double[] x, double[] y) {
    double factor = model.family == Family.GRANITE ? TinyModel.RESIDUAL_SCALE : 1;
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i] * factor;
    }
  }
}
