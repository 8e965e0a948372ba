package dev.bourse.text.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Variables of a block, in front of those around it. */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Value> variables;

  private Scope(@Nullable Scope outer, Map<String, Value> variables) {
    this.outer = outer;
    this.variables = variables;
  }

  static Scope of(Map<String, Value> variables) {
    return new Scope(null, new HashMap<>(variables));
  }

  Scope inner() {
    return new Scope(this, new HashMap<>());
  }

  Optional<Value> get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  void set(String name, Value value) {
    variables.put(name, value);
  }
}
