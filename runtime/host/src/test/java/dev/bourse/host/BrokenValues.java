package dev.bourse.host;

import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.GuestValues.RawHandle;
import dev.bourse.host.GuestValues.Span;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import java.util.ArrayList;
import java.util.List;

/** Everything that a guest can get wrong about a value of a type, with the word that it is told. */
final class BrokenValues {
  private BrokenValues() {}

  private static final String OUTSIDE = "outside the memory|limit argument-bytes exceeded";

  /** Makes a broken value out of a good one. */
  interface Breaker {
    Object apply(AbiCalls calls, Object good);
  }

  /** One way to get it wrong, and the expression that the error must match. */
  record Broken(String label, String error, Breaker breaker) {
    Broken within(String place, Breaker outer) {
      return new Broken(place + ": " + label, error, outer);
    }
  }

  static List<Broken> of(WitType<?> type) {
    List<Broken> all = new ArrayList<>();
    switch (type.shape()) {
      case Shape.Scalar _ -> {
        // Whatever its bits are, they mean something.
      }
      case Shape.Handle(ResourceType<?> resource, boolean _) -> handles(resource, all);
      case Shape.Text _ -> {
        spans(1, 1, all);
        text("a byte that is none of UTF-8", new byte[] {'a', (byte) 0xff}, all);
        text("an overlong character", new byte[] {(byte) 0xc0, (byte) 0x80}, all);
        text("a surrogate", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, all);
        text("a character cut short", new byte[] {'a', (byte) 0xe6, (byte) 0x97}, all);
      }
      case Shape.Sequence(WitType<?> element) -> {
        spans(element.size(), element.alignment(), all);
        for (Broken broken : of(element)) {
          all.add(
              broken.within(
                  "element",
                  (calls, good) ->
                      List.of(broken.breaker().apply(calls, first(calls, element, good)))));
        }
      }
      case Shape.Variant(List<WitType<?>> cases) -> {
        discriminant(cases.size(), cases.size(), all);
        discriminant(cases.size(), 255, all);
        for (int i = 0; i < cases.size(); i++) {
          payloads(i, cases.get(i), all);
        }
      }
      case Shape.Fields(List<WitType<?>> fields) -> {
        for (int i = 0; i < fields.size(); i++) {
          field(i, fields.get(i), all);
        }
      }
    }
    return all;
  }

  private static void handles(ResourceType<?> type, List<Broken> all) {
    String error = "handle -?\\d+ is not an open " + type.name();
    all.add(new Broken("handle 0", error, (calls, good) -> new RawHandle(0)));
    all.add(new Broken("handle -1", error, (calls, good) -> new RawHandle(-1)));
    all.add(new Broken("a handle never given", error, (calls, good) -> new RawHandle(123_456)));
    all.add(
        new Broken(
            "a handle of another type",
            error,
            (calls, good) -> new RawHandle(calls.foreign(type))));
    all.add(
        new Broken(
            "a dropped handle",
            error,
            (calls, good) -> {
              if (good instanceof RawHandle) {
                return good; // none can be made, so none can be dropped
              }
              calls.drop(type, (Integer) good);
              return good;
            }));
  }

  private static void spans(int size, int alignment, List<Broken> all) {
    int end = GuestValues.END;
    span("past the end", new Span(end - alignment, alignment / size + 1), OUTSIDE, all);
    span("beyond the end", new Span(end, 1), OUTSIDE, all);
    span("around the end of addresses", new Span(-16, 32), OUTSIDE, all);
    span("of more bytes than there are addresses", new Span(0, -1), OUTSIDE, all);
    if (size > 1) {
      int wrapping = (int) ((1L << 32) / size) + 1;
      span("whose bytes wrap around", new Span(0, wrapping), OUTSIDE, all);
    }
    if (alignment > 1) {
      span("unaligned", new Span(GuestValues.BEGIN + 1, 1), "is not aligned to", all);
    }
  }

  private static void span(String label, Span span, String error, List<Broken> all) {
    all.add(new Broken("span " + label, error, (calls, good) -> span));
  }

  private static void text(String label, byte[] bytes, List<Broken> all) {
    all.add(new Broken("text with " + label, "is not UTF-8", (calls, good) -> bytes));
  }

  private static void discriminant(int cases, int wrong, List<Broken> all) {
    all.add(
        new Broken(
            "discriminant " + wrong,
            "discriminant %d of a variant with %d cases".formatted(wrong, cases),
            (calls, good) -> new Case(wrong, GuestValues.NOTHING)));
  }

  private static void payloads(int index, WitType<?> type, List<Broken> all) {
    for (Broken broken : of(type)) {
      all.add(
          broken.within(
              "case " + index,
              (calls, good) -> {
                Case chosen = (Case) good;
                Object payload =
                    chosen.discriminant() == index
                        ? chosen.payload()
                        : calls.samples().standard(calls, type);
                return new Case(index, broken.breaker().apply(calls, payload));
              }));
    }
  }

  private static void field(int index, WitType<?> type, List<Broken> all) {
    for (Broken broken : of(type)) {
      all.add(
          broken.within(
              "field " + index,
              (calls, good) -> {
                Object[] fields = ((Object[]) good).clone();
                fields[index] = broken.breaker().apply(calls, fields[index]);
                return fields;
              }));
    }
  }

  private static Object first(AbiCalls calls, WitType<?> element, Object good) {
    List<?> values = (List<?>) good;
    return values.isEmpty() ? calls.samples().standard(calls, element) : values.getFirst();
  }
}
