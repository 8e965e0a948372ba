package dev.bourse.model;

import java.util.Arrays;

/** How rotary position embedding reaches further than a model was first trained for. */
public sealed interface RopeScaling {
  /** What each pair's frequency is divided by. */
  float[] factors(int dimensions, double base);

  /** What cosines and sines are multiplied by. */
  double magnitude();

  /**
   * All positions are divided by a factor; by 1, nothing is scaled.
   *
   * @see <a href="https://arxiv.org/abs/2306.15595">Position interpolation</a>
   */
  record Linear(double factor) implements RopeScaling {
    /** Nothing is scaled. */
    public static final Linear NONE = new Linear(1);

    @Override
    public float[] factors(int dimensions, double base) {
      float[] factors = new float[dimensions / 2];
      Arrays.fill(factors, (float) factor);
      return factors;
    }

    @Override
    public double magnitude() {
      return 1;
    }
  }

  /**
   * Slow frequencies are divided by a factor, fast ones are not, those between are in part.
   *
   * @param factor at least 1
   * @param originalContext tokens that the model was first trained for
   * @param attention a further factor for cosines and sines
   * @see <a href="https://arxiv.org/abs/2309.00071">YaRN</a>
   */
  record Yarn(double factor, int originalContext, double attention) implements RopeScaling {
    /** Pairs that turn more often than this in the original context are not scaled. */
    private static final double FAST_TURNS = 32;

    /** Those that turn less often than this are scaled entirely. */
    private static final double SLOW_TURNS = 1;

    @Override
    public float[] factors(int dimensions, double base) {
      double first = Math.max(0, Math.floor(pair(FAST_TURNS, dimensions, base)));
      double last = Math.min(dimensions - 1, Math.ceil(pair(SLOW_TURNS, dimensions, base)));
      float[] factors = new float[dimensions / 2];
      for (int i = 0; i < factors.length; i++) {
        double scaled = Math.clamp((i - first) / Math.max(0.001, last - first), 0.0, 1.0);
        factors[i] = (float) (1 / (scaled / factor + 1 - scaled));
      }
      return factors;
    }

    /** The pair, which may be a fraction, that turns so often in the original context. */
    private double pair(double turns, int dimensions, double base) {
      return dimensions * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }

    @Override
    public double magnitude() {
      return attention * (1 + 0.1 * Math.log(factor));
    }
  }

  /**
   * Each frequency has a factor of its own, in the file: short ones for contexts as the model was
   * first trained for, long ones beyond.
   *
   * @param isLong which of them
   * @param attention a factor for cosines and sines
   * @see <a href="https://arxiv.org/abs/2402.13753">LongRoPE</a>
   */
  record LongRope(boolean isLong, double attention) implements RopeScaling {
    @Override
    public float[] factors(int dimensions, double base) {
      return Linear.NONE.factors(dimensions, base);
    }

    @Override
    public double magnitude() {
      return attention;
    }
  }
}
