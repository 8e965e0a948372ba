package dev.bourse.host.abi;

import java.util.List;

/**
 * A type of the guest ABI: how its values lie in guest memory and how they are flattened into core
 * values. Lifting (guest to host) checks everything a guest can get wrong and traps; lowering (host
 * to guest) allocates with the guest's own {@code cabi_realloc}.
 *
 * <p>Source: "Canonical ABI Explainer" of the WebAssembly component model, sections
 * <i>Alignment</i>, <i>Element Size</i>, <i>Loading</i>, <i>Storing</i>, <i>Flattening</i>.
 *
 * @param <T> the host's class for the type's values
 */
public abstract class WitType<T> {
  private final int size;
  private final int alignment;
  private final List<CoreType> flat;

  WitType(int size, int alignment, List<CoreType> flat) {
    this.size = size;
    this.alignment = alignment;
    this.flat = List.copyOf(flat);
  }

  /** Bytes of a value in memory, padding included. */
  public final int size() {
    return size;
  }

  /** What the address of a value is a multiple of. */
  public final int alignment() {
    return alignment;
  }

  /** The core values that carry a value as a parameter. */
  public final List<CoreType> flat() {
    return flat;
  }

  /** What its values are made of. */
  public Shape shape() {
    return new Shape.Scalar(flat.getFirst());
  }

  /** Reads a value at {@code address}, which the caller has checked to lie in memory. */
  abstract T load(Guest guest, int address);

  /** Writes a value at {@code address}, which the caller has checked to lie in memory. */
  abstract void store(Guest guest, int address, T value);

  /** Takes a value out of a call's arguments. */
  abstract T lift(Guest guest, FlatValues arguments);

  /**
   * The single core value that carries {@code value} as a result; only if {@link #flat} has one.
   */
  long lower(Guest guest, T value) {
    throw new IllegalStateException("a result of " + flat.size() + " core values has no one value");
  }

  /** Rounds up to a multiple of {@code alignment}, a power of two. */
  static int align(int offset, int alignment) {
    return (offset + alignment - 1) & -alignment;
  }
}
