package dev.bourse.host.abi;

import java.util.List;

/**
 * What the values of a {@link WitType} are made of, for those who make such values in a guest's
 * place: generated tests.
 */
public sealed interface Shape {

  /** A {@code bool}, number, enum or flags; as wide in memory as its type says. */
  record Scalar(CoreType type) implements Shape {}

  /** A {@code string}. */
  record Text() implements Shape {}

  /** A {@code list} of elements that each take so many bytes in memory. */
  record Sequence(WitType<?> element) implements Shape {}

  /** A handle; given away if it is {@code own}, lent if it is {@code borrow}. */
  record Handle(ResourceType<?> type, boolean owned) implements Shape {}

  /** A {@code variant}, {@code option} or {@code result}. */
  record Variant(List<WitType<?>> cases) implements Shape {}

  /** A {@code record} or {@code tuple}; without fields it is no value at all. */
  record Fields(List<WitType<?>> fields) implements Shape {}
}
