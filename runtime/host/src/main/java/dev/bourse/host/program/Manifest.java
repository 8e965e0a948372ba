package dev.bourse.host.program;

import dev.bourse.host.json.JsonProblem;
import dev.bourse.host.json.JsonTrees;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an inferlet says about itself in its {@code inferlet.toml}.
 *
 * @param entry the class that was compiled, or that runs as a host-side inferlet
 * @param capabilities what it may do beyond computing; nothing unless it says so
 * @param limits what it asks for, within what the host allows
 */
public record Manifest(
    String name,
    String version,
    String description,
    Optional<String> entry,
    List<Parameter> parameters,
    Capabilities capabilities,
    Limits limits) {

  /** What names of programs look like: at most 64 characters. */
  static final String NAME = "(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*";

  private static final String NUMBER = "(0|[1-9][0-9]{0,8})";
  private static final String PRE_RELEASE = "(0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
  private static final String BUILD = "[0-9A-Za-z-]+";

  /**
   * What versions look like: those of semver.org, of at most 64 characters, with numbers of at most
   * nine digits.
   */
  static final String VERSION =
      "(?=.{1,64}$)%1$s\\.%1$s\\.%1$s(-%2$s(\\.%2$s)*)?(\\+%3$s(\\.%3$s)*)?"
          .formatted(NUMBER, PRE_RELEASE, BUILD);

  public Manifest {
    parameters = List.copyOf(parameters);
  }

  /**
   * Reads a manifest.
   *
   * @param source what errors call it, usually its file
   * @throws ManifestException naming everything that is wrong with it
   */
  public static Manifest parse(String source, String toml) {
    return new ManifestReader(source, toml).read();
  }

  /**
   * The input of a run: what was given, checked, with the defaults filled in.
   *
   * @param json the parameters as one JSON object
   * @param texts parameters as a command line writes them; they win over {@code json}
   * @return one JSON object, its parameters in the manifest's order
   * @throws ManifestException naming everything that is wrong with the parameters
   */
  public String input(String json, Map<String, String> texts) {
    List<String> problems = new ArrayList<>();
    ObjectNode given = parseObject(json, problems);
    if (!problems.isEmpty()) {
      throw new ManifestException(name, problems);
    }
    texts.forEach(
        (key, text) ->
            find(key)
                .ifPresentOrElse(
                    p -> parseText(p, text, given, problems), () -> given.put(key, text)));
    for (String key : given.propertyNames()) {
      if (find(key).isEmpty()) {
        problems.add(unknown(key));
      }
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    for (Parameter parameter : parameters) {
      JsonNode value = given.get(parameter.name());
      if (value != null && !value.isNull()) {
        parameter.check(value, problems);
        input.set(parameter.name(), value);
      } else if (parameter.defaultJson().isPresent()) {
        input.set(parameter.name(), parameter.defaultJson().get());
      } else if (parameter.required()
          && problems.stream()
              .noneMatch(p -> p.startsWith("parameter " + parameter.name() + " "))) {
        problems.add(
            "parameter %s is required: %s".formatted(parameter.name(), parameter.description()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ManifestException(name, problems);
    }
    return JsonTrees.toJson(input);
  }

  /**
   * The input of a program that has no manifest: any JSON object, as it was written.
   *
   * @throws ManifestException if it is none
   */
  public static String anyInput(String program, String json) {
    List<String> problems = new ArrayList<>();
    parseObject(json, problems);
    if (!problems.isEmpty()) {
      throw new ManifestException(program, problems);
    }
    return json;
  }

  private static ObjectNode parseObject(String json, List<String> problems) {
    try {
      if (JsonTrees.parseJson(json) instanceof ObjectNode object) {
        return object;
      }
      problems.add(
          json.isBlank()
              ? "the input is empty, not a JSON object"
              : "the input is not a JSON object: " + JsonTrees.excerpt(json));
    } catch (JacksonException e) {
      problems.add("the input is not JSON: " + JsonProblem.words(e));
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private static void parseText(
      Parameter parameter, String text, ObjectNode given, List<String> problems) {
    try {
      given.set(parameter.name(), parameter.type().parse(text));
    } catch (IllegalArgumentException | JacksonException e) {
      given.remove(parameter.name());
      problems.add(
          "parameter %s is \"%s\", expected type %s"
              .formatted(parameter.name(), JsonTrees.excerpt(text), parameter.type().word()));
    }
  }

  private Optional<Parameter> find(String parameter) {
    return parameters.stream().filter(p -> p.name().equals(parameter)).findFirst();
  }

  private String unknown(String key) {
    if (parameters.isEmpty()) {
      return "there is no parameter %s: %s has none".formatted(key, name);
    }
    return "there is no parameter %s: %s has %s"
        .formatted(
            key, name, parameters.stream().map(Parameter::name).collect(Collectors.joining(", ")));
  }
}
