package dev.bourse.text.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments of one call, by position and by name. */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /**
   * Assigns the arguments to parameters.
   *
   * @param callee for messages
   */
  Bound bind(String callee, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Fault(
          callee
              + " takes at most "
              + parameters.length
              + " arguments ("
              + positional.size()
              + " given)");
    }
    Map<String, Value> values = new HashMap<>(named);
    for (int at = 0; at < positional.size(); at++) {
      if (values.put(parameters[at], positional.get(at)) != null) {
        throw new Fault(callee + " got multiple values for argument '" + parameters[at] + "'");
      }
    }
    List<String> known = List.of(parameters);
    for (String name : named.keySet()) {
      if (!known.contains(name)) {
        throw new Fault(callee + " got an unexpected keyword argument '" + name + "'");
      }
    }
    return new Bound(callee, values);
  }

  /** Arguments by parameter. */
  record Bound(String callee, Map<String, Value> values) {
    Optional<Value> get(String parameter) {
      return Optional.ofNullable(values.get(parameter));
    }

    Value or(String parameter, Value otherwise) {
      return values.getOrDefault(parameter, otherwise);
    }

    /** The argument, unless it is missing or none. */
    Optional<Value> present(String parameter) {
      return get(parameter).filter(value -> value != Value.None.NONE);
    }

    Value required(String parameter) {
      Value value = values.get(parameter);
      if (value == null) {
        throw new Fault(callee + " needs the argument '" + parameter + "'");
      }
      return value;
    }

    boolean truth(String parameter) {
      return get(parameter).map(Values::truth).orElse(false);
    }

    long integer(String parameter, long otherwise) {
      return get(parameter).map(value -> Values.toLong(value, callee)).orElse(otherwise);
    }

    String string(String parameter, String otherwise) {
      return get(parameter).map(value -> Values.toText(value, callee)).orElse(otherwise);
    }

    String string(String parameter) {
      return Values.toText(required(parameter), callee);
    }
  }
}
