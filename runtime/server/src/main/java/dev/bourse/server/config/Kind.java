package dev.bourse.server.config;

import dev.bourse.server.NearNames;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a value may be. */
interface Kind<T> {
  /** The value of {@code node}; null if it may not be that. */
  @Nullable T read(JsonNode node);

  /** What it may be, after "must be". */
  String words();

  /** A value as it is written in a file. */
  String toml(T value);

  /** What {@code node} may have been meant to be, as the end of a sentence, or nothing. */
  default String hint(JsonNode node) {
    return "";
  }

  /** A whole number in a range. */
  static Kind<Integer> whole(int least, int most) {
    return new Whole(least, most, false);
  }

  /** A whole number in a range that may be a large one. */
  static Kind<Long> large(long least, long most) {
    return new Large(least, most);
  }

  /** A power of two in a range. */
  static Kind<Integer> powerOfTwo(int least, int most) {
    return new Whole(least, most, true);
  }

  /** A number in a range. */
  static Kind<Double> number(double least, double most) {
    return new Amount(least, most);
  }

  /**
   * A list of texts.
   *
   * @param words what each of them is
   * @param check throws {@link IllegalArgumentException} for what may not be
   */
  static Kind<List<String>> texts(String words, Consumer<List<String>> check) {
    return new Texts(words, check);
  }

  /** Any text. */
  static Kind<String> text() {
    return new Text();
  }

  /** An address to listen at. */
  static Kind<String> address() {
    return new Listening();
  }

  /** Whether something is so. */
  static Kind<Boolean> yes() {
    return new Yes();
  }

  /** One of a few words. */
  static Kind<String> oneOf(List<String> words) {
    return new Word(List.copyOf(words));
  }

  /**
   * A whole number.
   *
   * @param power whether it must be a power of two
   */
  record Whole(int least, int most, boolean power) implements Kind<Integer> {
    @Override
    public @Nullable Integer read(JsonNode node) {
      if (!node.isIntegralNumber() || !node.canConvertToInt()) {
        return null;
      }
      int value = node.intValue();
      boolean may = value >= least && value <= most && (!power || Integer.bitCount(value) == 1);
      return may ? value : null;
    }

    @Override
    public String words() {
      return "%s from %d to %d".formatted(power ? "a power of two" : "a whole number", least, most);
    }

    @Override
    public String toml(Integer value) {
      return value.toString();
    }
  }

  /** A whole number that may be a large one. */
  record Large(long least, long most) implements Kind<Long> {
    @Override
    public @Nullable Long read(JsonNode node) {
      if (!node.isIntegralNumber() || !node.canConvertToLong()) {
        return null;
      }
      long value = node.longValue();
      return value >= least && value <= most ? value : null;
    }

    @Override
    public String words() {
      return "a whole number from %d to %d".formatted(least, most);
    }

    @Override
    public String toml(Long value) {
      return value.toString();
    }
  }

  /** A number that need not be whole. */
  record Amount(double least, double most) implements Kind<Double> {
    @Override
    public @Nullable Double read(JsonNode node) {
      double value = node.isNumber() ? node.doubleValue() : Double.NaN;
      return value >= least && value <= most ? value : null;
    }

    @Override
    public String words() {
      return "a number from %s to %s".formatted(toml(least), toml(most));
    }

    @Override
    public String toml(Double value) {
      long whole = Math.round(value);
      return whole == value ? Long.toString(whole) : value.toString();
    }
  }

  /** A list of texts. */
  record Texts(String what, Consumer<List<String>> check) implements Kind<List<String>> {
    @Override
    public @Nullable List<String> read(JsonNode node) {
      List<String> texts = texts(node);
      return texts != null && problem(texts).isEmpty() ? texts : null;
    }

    private static @Nullable List<String> texts(JsonNode node) {
      boolean may = node.isArray() && node.values().stream().allMatch(JsonNode::isString);
      return may ? node.values().stream().map(JsonNode::stringValue).toList() : null;
    }

    private String problem(List<String> texts) {
      try {
        check.accept(texts);
        return "";
      } catch (IllegalArgumentException e) {
        return "; " + e.getMessage();
      }
    }

    @Override
    public String words() {
      return "a list of " + what;
    }

    @Override
    public String toml(List<String> value) {
      return value.stream().map(ConfigText::text).collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public String hint(JsonNode node) {
      List<String> texts = texts(node);
      return texts == null ? "" : problem(texts);
    }
  }

  /** Any text. */
  record Text() implements Kind<String> {
    @Override
    public @Nullable String read(JsonNode node) {
      return node.isString() ? node.stringValue() : null;
    }

    @Override
    public String words() {
      return "a text";
    }

    @Override
    public String toml(String value) {
      return ConfigText.text(value);
    }
  }

  /** An address to listen at; whether there is such a host is found out by whoever listens. */
  record Listening() implements Kind<String> {
    private static final Pattern ADDRESS =
        Pattern.compile("((\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9_.-]+):)?(?<port>\\d{1,5})");
    private static final int PORT_MAX = 65_535;

    @Override
    public @Nullable String read(JsonNode node) {
      Matcher matcher = ADDRESS.matcher(node.isString() ? node.stringValue() : "");
      return matcher.matches() && Integer.parseInt(matcher.group("port")) <= PORT_MAX
          ? node.stringValue()
          : null;
    }

    @Override
    public String words() {
      return "HOST:PORT, with a port from 0 (any) to " + PORT_MAX;
    }

    @Override
    public String toml(String value) {
      return ConfigText.text(value);
    }
  }

  /** Whether something is so. */
  record Yes() implements Kind<Boolean> {
    @Override
    public @Nullable Boolean read(JsonNode node) {
      return node.isBoolean() ? node.booleanValue() : null;
    }

    @Override
    public String words() {
      return "true or false";
    }

    @Override
    public String toml(Boolean value) {
      return value.toString();
    }
  }

  /** A word. */
  record Word(List<String> all) implements Kind<String> {
    @Override
    public @Nullable String read(JsonNode node) {
      return node.isString() && all.contains(node.stringValue()) ? node.stringValue() : null;
    }

    @Override
    public String words() {
      return "one of " + String.join(", ", all);
    }

    @Override
    public String toml(String value) {
      return '"' + value + '"';
    }

    @Override
    public String hint(JsonNode node) {
      return node.isString() ? Words.didYouMean(NearNames.of(node.stringValue(), all)) : "";
    }
  }
}
