package dev.bourse.text.template;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code namespace(…)}: the one value whose attributes a template may set. */
final class NamespaceValue implements Value.Special {
  private final Map<String, Value> attributes = new LinkedHashMap<>();

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  void set(String name, Value value) {
    attributes.put(name, value);
  }

  Value.Dict asDict() {
    Value.Dict.Builder dict = new Value.Dict.Builder();
    attributes.forEach(dict::put);
    return dict.build();
  }
}
