package dev.bourse.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, and the small operations that all vector kernels are made of.
 *
 * <p>A kernel holds its vectors in local variables and exchanges them with its caller through
 * arrays: a vector that crosses a call which the compiler does not inline becomes an object on the
 * heap, and the kernel ten times slower.
 */
final class Simd {
  /** Forces a width, 256 or 512 bits, for tests and comparisons. */
  static final String BITS_PROPERTY = "bourse.vector.bits";

  static final int MAX_BITS = 512;
  static final int MIN_BITS = 256;

  static final int BITS =
      Math.min(
          MAX_BITS,
          Integer.getInteger(BITS_PROPERTY, FloatVector.SPECIES_PREFERRED.vectorBitSize()));

  static final VectorSpecies<Float> F = species(float.class, BITS);
  static final VectorSpecies<Integer> I = species(int.class, BITS);
  static final VectorSpecies<Short> S = species(short.class, BITS / 2);
  static final VectorSpecies<Byte> B = species(byte.class, BITS / 4);

  /** Floats of a vector: 16 or 8. */
  static final int LANES = F.length();

  static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** f16 exponents and mantissas shifted to f32's place are too small by this. */
  private static final float HALF_REBIAS = 0x1p112f;

  private static final int HALF_INFINITY = 0x7c00;
  private static final int FLOAT_INFINITY = 0x7f800000;

  private Simd() {}

  private static <E> VectorSpecies<E> species(Class<E> type, int bits) {
    return VectorSpecies.of(type, VectorShape.forBitSize(bits));
  }

  /** As many int8 as a vector has lanes. */
  static FloatVector bytes(MemorySegment memory, long at) {
    return (FloatVector) ByteVector.fromMemorySegment(B, memory, at, LE).castShape(F, 0);
  }

  /**
   * Widens as many f16 as a vector has lanes, subnormals, infinities and NaNs included. It stores
   * them itself: the compiler may have compiled this before its caller, and then does not inline
   * it, so that a vector that it returned would be boxed.
   */
  static void halves(MemorySegment memory, long at, float[] out, int to) {
    IntVector half = (IntVector) ShortVector.fromMemorySegment(S, memory, at, LE).castShape(I, 0);
    IntVector magnitude = half.and(0x7fff);
    IntVector sign = half.lanewise(VectorOperators.LSHL, 16).and(0x80000000);
    IntVector shifted = magnitude.lanewise(VectorOperators.LSHL, 13);
    IntVector finite = shifted.reinterpretAsFloats().mul(HALF_REBIAS).reinterpretAsInts();
    finite
        .blend(shifted.or(FLOAT_INFINITY), magnitude.compare(VectorOperators.GE, HALF_INFINITY))
        .or(sign)
        .reinterpretAsFloats()
        .intoArray(out, to);
  }

  /** As many bf16 as a vector has lanes. */
  static FloatVector bfloats(MemorySegment memory, long at) {
    return ((IntVector) ShortVector.fromMemorySegment(S, memory, at, LE).castShape(I, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  /** Words of a plane, as many as a vector has lanes. */
  static IntVector words(MemorySegment memory, long at) {
    return IntVector.fromMemorySegment(I, memory, at, LE);
  }

  /** The highest bits of each word, as a number. */
  static IntVector top(IntVector words, int bits, boolean isSigned) {
    return isSigned
        ? words.lanewise(VectorOperators.ASHR, Integer.SIZE - bits)
        : words.lanewise(VectorOperators.LSHR, Integer.SIZE - bits);
  }

  static FloatVector toFloats(IntVector numbers) {
    return (FloatVector) numbers.castShape(F, 0);
  }

  static FloatVector floats(MemorySegment memory, long at) {
    return FloatVector.fromMemorySegment(F, memory, at, LE);
  }

  /** {@link Exp#exp}, operation for operation. */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(Exp.MIN).min(Exp.MAX);
    FloatVector rounded = clamped.fma(Exp.LOG2_E, Exp.ROUNDER);
    FloatVector n = rounded.sub(Exp.ROUNDER);
    FloatVector r =
        n.fma(
            FloatVector.broadcast(F, -Exp.LN2_LOW),
            n.fma(FloatVector.broadcast(F, -Exp.LN2_HIGH), clamped));
    FloatVector p = r.fma(Exp.C6, Exp.C5);
    p = p.fma(r, FloatVector.broadcast(F, Exp.C4));
    p = p.fma(r, FloatVector.broadcast(F, Exp.C3));
    p = p.fma(r, FloatVector.broadcast(F, Exp.C2));
    p = p.fma(r, FloatVector.broadcast(F, 1f));
    p = p.fma(r, FloatVector.broadcast(F, 1f));
    IntVector exponent = rounded.reinterpretAsInts().sub(Exp.ROUNDER_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    IntVector first = half.add(127).lanewise(VectorOperators.LSHL, 23);
    IntVector second = exponent.sub(half).add(127).lanewise(VectorOperators.LSHL, 23);
    return p.mul(first.reinterpretAsFloats()).mul(second.reinterpretAsFloats());
  }

  /** {@link Exp#tanh}, operation for operation. */
  static FloatVector tanh(FloatVector x) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    return FloatVector.broadcast(F, 1f).sub(two.div(exp(x.add(x)).add(1f)));
  }
}
