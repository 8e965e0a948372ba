package dev.bourse.text.template;

import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Python's slices: {@code object[start:stop:step]}. */
final class Slices {
  private Slices() {}

  static Value slice(
      Value object,
      Optional<Value> start,
      Optional<Value> stop,
      Optional<Value> step,
      Rendering rendering) {
    Bounds bounds = new Bounds(bound(start), bound(stop), bound(step).orElse(1L));
    if (bounds.step == 0) {
      throw new Fault("slice step cannot be zero");
    }
    return switch (object) {
      case Str string -> new Str(text(string.text(), bounds, rendering), string.markup());
      case ListValue list -> new ListValue(items(list.items(), bounds, rendering));
      case Tuple tuple -> Tuple.of(items(tuple.items(), bounds, rendering));
      case Range range -> {
        long first = bounds.first(range.size());
        long count = bounds.count(range.size());
        long begin = range.start() + first * range.step();
        long stride = range.step() * bounds.step;
        yield new Range(begin, begin + count * stride, stride);
      }
      case Undefined undefined -> throw undefined.fault();
      default -> throw new Fault("'" + object.typeName() + "' object cannot be sliced");
    };
  }

  private static Optional<Long> bound(Optional<Value> value) {
    return value
        .filter(given -> given != None.NONE)
        .map(given -> Math.clamp(Values.toLong(given, "a slice"), -LARGE, LARGE));
  }

  /** Beyond every index, and small enough to calculate with. */
  private static final long LARGE = 1L << 40;

  private record Bounds(Optional<Long> start, Optional<Long> stop, long step) {
    long first(int size) {
      return start.map(value -> place(value, size)).orElse(step > 0 ? 0L : size - 1L);
    }

    long count(int size) {
      long end = stop.map(value -> place(value, size)).orElse(step > 0 ? (long) size : -1L);
      long distance = step > 0 ? end - first(size) : first(size) - end;
      return distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
    }

    private long place(long value, int size) {
      long place = value < 0 ? value + size : value;
      return step > 0 ? Math.clamp(place, 0, size) : Math.clamp(place, -1, size - 1L);
    }
  }

  private static List<Value> items(List<Value> items, Bounds bounds, Rendering rendering) {
    int count = (int) bounds.count(items.size());
    rendering.budget().items(count);
    List<Value> slice = new ArrayList<>(count);
    long at = bounds.first(items.size());
    for (int done = 0; done < count; done++, at += bounds.step) {
      slice.add(items.get((int) at));
    }
    return slice;
  }

  private static String text(String text, Bounds bounds, Rendering rendering) {
    int size = Text.length(text);
    rendering.budget().scan(size);
    int first = (int) bounds.first(size);
    int count = (int) bounds.count(size);
    rendering.budget().text(count);
    if (count == 0) {
      return "";
    }
    if (bounds.step == 1) {
      return Text.substring(text, first, first + count);
    }
    int[] codePoints = text.codePoints().toArray();
    StringBuilder slice = new StringBuilder(count);
    for (long done = 0, at = first; done < count; done++, at += bounds.step) {
      slice.appendCodePoint(codePoints[(int) at]);
    }
    return slice.toString();
  }

  /** A start or stop argument of a search, as a place in a sequence of {@code size} elements. */
  static int clamp(long place, int size) {
    return Math.clamp(place < 0 ? Math.max(place, -LARGE) + size : place, 0, size);
  }
}
