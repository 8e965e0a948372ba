package dev.bourse.text.template;

/** A function or bound method of the language. */
record Function(String name, Body body) implements Value.Special {
  interface Body {
    Value call(Arguments arguments);
  }

  @Override
  public String typeName() {
    return "builtin_function_or_method";
  }

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Value call(Arguments arguments) {
    return body.call(arguments);
  }
}
