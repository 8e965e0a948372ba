package dev.bourse.server;

import dev.bourse.host.program.Parameter;
import dev.bourse.host.program.ParameterType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An inferlet's parameters as the command line gives them: {@code --max-tokens 32}, {@code
 * --max_tokens=32}, and {@code --flag} without a value for a truth value. What is wrong with names
 * and values is for the manifest to say.
 */
public final class ParameterArguments {
  private static final String PREFIX = "--";

  private final List<Parameter> parameters;
  private final Deque<String> rest;
  private final Map<String, String> texts = new LinkedHashMap<>();

  private ParameterArguments(List<Parameter> parameters, List<String> arguments) {
    this.parameters = parameters;
    this.rest = new ArrayDeque<>(arguments);
  }

  /**
   * The text of each parameter given, by the name that the manifest has for it.
   *
   * @param parameters that the manifest declares
   */
  public static Map<String, String> parse(List<Parameter> parameters, List<String> arguments) {
    ParameterArguments parser = new ParameterArguments(parameters, arguments);
    while (!parser.rest.isEmpty()) {
      parser.takeOne(parser.rest.remove());
    }
    return parser.texts;
  }

  private void takeOne(String argument) {
    if (!argument.startsWith(PREFIX) || argument.length() == PREFIX.length()) {
      throw CommandException.usage(
          "'"
              + argument
              + "' belongs to no parameter: write --name value, and a value with spaces in quotes");
    }
    int equals = argument.indexOf('=');
    String given = argument.substring(PREFIX.length(), equals < 0 ? argument.length() : equals);
    Optional<Parameter> declared = declared(given);
    String name = declared.map(Parameter::name).orElse(given);
    if (equals >= 0) {
      put(name, argument.substring(equals + 1));
    } else if (takesNext(declared)) {
      put(name, rest.remove());
    } else if (declared.isPresent() && declared.get().type() != ParameterType.BOOLEAN) {
      throw CommandException.usage("parameter " + name + " needs a value: --" + given + " VALUE");
    } else {
      put(name, "true");
    }
  }

  private void put(String name, String text) {
    if (texts.putIfAbsent(name, text) != null) {
      throw CommandException.usage("parameter " + name + " is given twice");
    }
  }

  /** {@code max-tokens} stands for {@code max_tokens}. */
  private Optional<Parameter> declared(String given) {
    String underscored = given.replace('-', '_');
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(underscored))
        .findFirst();
  }

  /** Whether what follows is the value; after an unknown name, whether it looks like one. */
  private boolean takesNext(Optional<Parameter> declared) {
    String next = rest.peek();
    if (next == null) {
      return false;
    }
    if (declared.isEmpty()) {
      return !next.startsWith(PREFIX);
    }
    return declared.get().type() != ParameterType.BOOLEAN
        || next.equals("true")
        || next.equals("false");
  }
}
