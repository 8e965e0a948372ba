package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.F32;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.field;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.engine.Sampler;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.abi.WitTypes.Pair;

/** {@code variant sampler} of {@code pie:core/inference}. */
final class SamplerType {
  private SamplerType() {}

  private static final WitType<Pair<Float, Long>> TEMPERATURE_AND_NUMBER = tuple(F32, U32);
  private static final WitType<Pair<Float, Float>> TEMPERATURE_AND_P = tuple(F32, F32);
  private static final WitType<Object[]> TEMPERATURE_K_P = record(F32, U32, F32);

  static final WitType<Case> SAMPLER =
      variant(
          TEMPERATURE_AND_NUMBER, // multinomial
          TEMPERATURE_AND_NUMBER, // top-k
          TEMPERATURE_AND_P, // top-p
          TEMPERATURE_AND_P, // min-p
          TEMPERATURE_K_P, // top-k-top-p
          UNIT, // embedding
          TEMPERATURE_AND_NUMBER, // dist
          UNIT, // raw-logits
          U32, // logprob
          U32_LIST, // logprobs
          UNIT); // entropy

  /**
   * What the guest means.
   *
   * @throws IllegalArgumentException when a number is out of range
   */
  static Sampler lift(Case sampler) {
    return switch (sampler.discriminant()) {
      case 0 -> {
        Pair<Float, Long> p = sampler.payload(TEMPERATURE_AND_NUMBER);
        yield new Sampler.Multinomial(p.first(), (int) (long) p.second());
      }
      case 1 -> {
        Pair<Float, Long> p = sampler.payload(TEMPERATURE_AND_NUMBER);
        yield new Sampler.TopK(p.first(), atMostInt(p.second()));
      }
      case 2 -> {
        Pair<Float, Float> p = sampler.payload(TEMPERATURE_AND_P);
        yield new Sampler.TopP(p.first(), p.second());
      }
      case 3 -> {
        Pair<Float, Float> p = sampler.payload(TEMPERATURE_AND_P);
        yield new Sampler.MinP(p.first(), p.second());
      }
      case 4 -> {
        Object[] p = sampler.payload(TEMPERATURE_K_P);
        yield new Sampler.TopKTopP(field(p, 0, F32), atMostInt(field(p, 1, U32)), field(p, 2, F32));
      }
      case 5 -> new Sampler.Embedding();
      case 6 -> {
        Pair<Float, Long> p = sampler.payload(TEMPERATURE_AND_NUMBER);
        yield new Sampler.Distribution(p.first(), atMostInt(p.second()));
      }
      case 7 -> new Sampler.RawLogits();
      case 8 -> new Sampler.Logprob((int) (long) sampler.payload(U32));
      case 9 -> new Sampler.Logprobs(sampler.payload(U32_LIST));
      case 10 -> new Sampler.Entropy();
      default -> throw new IllegalStateException("lifted sampler " + sampler.discriminant());
    };
  }

  /** A k beyond the vocabulary is all of it. */
  private static int atMostInt(long k) {
    return (int) Math.min(k, Integer.MAX_VALUE);
  }
}
