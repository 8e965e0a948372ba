package dev.bourse.host.abi;

/**
 * The value types that cross the boundary between guest and host, as the canonical ABI flattens.
 */
public enum CoreType {
  I32,
  I64,
  F32,
  F64;

  /**
   * The type that can carry the bits of either: how the payloads of a variant share their slots.
   */
  public CoreType join(CoreType other) {
    if (this == other) {
      return this;
    }
    boolean narrow = this != I64 && this != F64 && other != I64 && other != F64;
    return narrow ? I32 : I64;
  }
}
