package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The {@code loop} variable. It looks ahead only when asked for what needs it ({@code last}, {@code
 * nextitem}, {@code length}), because the condition of a loop may depend on what its body does.
 */
final class LoopValue implements Value.Special {
  private final Budget budget;
  private final int depth;
  private final Optional<Function.Body> recursion;
  private Iterator<Value> elements;
  private OptionalInt size;
  private int index = -1;
  private @Nullable Value previous;
  private @Nullable Value current;
  private @Nullable Value following;
  private @Nullable List<Value> lastChanged;

  /**
   * @param size of the elements, if it is known beforehand
   * @param depth 1, or more in a recursive loop
   * @param recursion what {@code loop(…)} does, in a recursive loop
   */
  LoopValue(
      Iterator<Value> elements,
      OptionalInt size,
      int depth,
      Optional<Function.Body> recursion,
      Budget budget) {
    this.elements = elements;
    this.size = size;
    this.depth = depth;
    this.recursion = recursion;
    this.budget = budget;
  }

  /** The next element, if there is one. */
  Optional<Value> advance() {
    Value next = following;
    if (next == null && !elements.hasNext()) {
      return Optional.empty();
    }
    following = null;
    previous = current;
    current = next == null ? elements.next() : next;
    index++;
    return Optional.of(current);
  }

  /** What the loop has not reached yet, for those who iterate over the loop itself. */
  Iterator<Value> remaining() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return following != null || elements.hasNext();
      }

      @Override
      public Value next() {
        return advance().orElseThrow(NoSuchElementException::new);
      }
    };
  }

  int size() {
    if (size.isEmpty()) {
      List<Value> rest = new ArrayList<>();
      while (elements.hasNext()) {
        budget.items(1);
        rest.add(elements.next());
      }
      elements = rest.iterator();
      size = OptionalInt.of(rest.size() + index + 1 + (following == null ? 0 : 1));
    }
    return size.getAsInt();
  }

  private Optional<Value> peek() {
    if (following == null && elements.hasNext()) {
      following = elements.next();
    }
    return Optional.ofNullable(following);
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public Optional<Value> attribute(String name) {
    Value value =
        switch (name) {
          case "index" -> Int.of(index + 1L);
          case "index0" -> Int.of(index);
          case "revindex" -> Int.of((long) size() - index);
          case "revindex0" -> Int.of((long) size() - index - 1);
          case "first" -> Bool.of(index == 0);
          case "last" -> Bool.of(peek().isEmpty());
          case "length" -> Int.of(size());
          case "depth" -> Int.of(depth);
          case "depth0" -> Int.of(depth - 1L);
          case "previtem" ->
              Optional.ofNullable(previous)
                  .orElseGet(() -> new Undefined("there is no previous item"));
          case "nextitem" -> peek().orElseGet(() -> new Undefined("there is no next item"));
          case "cycle" -> new Function("cycle", this::cycle);
          case "changed" -> new Function("changed", this::changed);
          default -> null;
        };
    return Optional.ofNullable(value);
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw new Fault("no items for cycling given");
    }
    return values.get(index % values.size());
  }

  private Value changed(Arguments arguments) {
    List<Value> values = arguments.positional();
    boolean same =
        lastChanged != null
            && Comparison.equal(Value.Tuple.of(lastChanged), Value.Tuple.of(values), budget);
    lastChanged = values;
    return Bool.of(!same);
  }

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Value call(Arguments arguments) {
    return recursion
        .orElseThrow(() -> new Fault("'loop' can only be called in a loop marked 'recursive'"))
        .call(arguments);
  }
}
