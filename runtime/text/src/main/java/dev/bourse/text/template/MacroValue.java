package dev.bourse.text.template;

import dev.bourse.text.template.Value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A macro, with the variables around its definition. */
record MacroValue(Statement.Macro macro, Scope scope, Interpreter interpreter)
    implements Value.Special {

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Optional<Value> attribute(String name) {
    return switch (name) {
      case "name" -> Optional.of(Value.Str.of(macro.name()));
      case "arguments" ->
          Optional.of(
              Value.Tuple.of(
                  macro.signature().parameters().stream()
                      .map(p -> (Value) Value.Str.of(p))
                      .toList()));
      case "catch_kwargs" -> Optional.of(Value.Bool.of(macro.mentions().contains("kwargs")));
      case "catch_varargs" -> Optional.of(Value.Bool.of(macro.mentions().contains("varargs")));
      case "caller" -> Optional.of(Value.Bool.of(macro.mentions().contains("caller")));
      default -> Optional.empty();
    };
  }

  @Override
  public Value call(Arguments arguments) {
    Scope inner = scope.inner();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<String> parameters = macro.signature().parameters();
    List<Value> positional = arguments.positional();
    List<String> missing = new ArrayList<>();
    for (int at = 0; at < parameters.size(); at++) {
      String parameter = parameters.get(at);
      if (at < positional.size()) {
        inner.set(parameter, positional.get(at));
      } else {
        Value value = named.remove(parameter);
        if (value == null) {
          missing.add(parameter);
        } else {
          inner.set(parameter, value);
        }
      }
    }
    bindCaller(inner, named);
    bindRest(inner, positional, named);
    for (String parameter : missing) {
      inner.set(parameter, defaultOf(parameter, inner));
    }
    return interpreter.capture(macro.body(), inner);
  }

  private Value defaultOf(String parameter, Scope inner) {
    Statement.Signature signature = macro.signature();
    int at =
        signature.parameters().indexOf(parameter)
            - (signature.parameters().size() - signature.defaults().size());
    return at < 0
        ? new Undefined("parameter '" + parameter + "' was not provided")
        : interpreter.evaluator().evaluate(signature.defaults().get(at), inner);
  }

  private void bindCaller(Scope inner, Map<String, Value> named) {
    if (macro.mentions().contains("caller") && !macro.signature().parameters().contains("caller")) {
      Value caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("No caller defined") : caller);
    }
  }

  private void bindRest(Scope inner, List<Value> positional, Map<String, Value> named) {
    int parameters = macro.signature().parameters().size();
    if (macro.mentions().contains("kwargs")) {
      Value.Dict.Builder rest = new Value.Dict.Builder();
      named.forEach(rest::put);
      inner.set("kwargs", rest.build());
    } else if (!named.isEmpty()) {
      throw new Fault(
          "macro '"
              + macro.name()
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    if (macro.mentions().contains("varargs")) {
      inner.set(
          "varargs",
          Value.Tuple.of(
              positional.subList(Math.min(parameters, positional.size()), positional.size())));
    } else if (positional.size() > parameters) {
      throw new Fault(
          "macro '" + macro.name() + "' takes not more than " + parameters + " argument(s)");
    }
  }
}
