package dev.bourse.sdk.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of JSON: objects become maps in their order, arrays lists, whole numbers that fit
 * 64 bits {@link Long}, other numbers {@link Double}; members that are null are left out. Refused,
 * beyond what the RFC refuses: a name twice in one object, nesting deeper than {@value #DEPTH_MAX},
 * a number beyond a double's range.
 */
public final class JsonReader {
  /** How deep objects and arrays may lie in each other. */
  public static final int DEPTH_MAX = 64;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads the text of one object.
   *
   * @throws IllegalArgumentException if it is not one, saying where
   */
  public static Map<String, Object> parseObject(String text) {
    JsonReader json = new JsonReader(text);
    json.skipSpace();
    if (json.peek() != '{') {
      throw json.error("expected an object");
    }
    Map<String, Object> object = json.object(1);
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.error("unexpected text after the object");
    }
    return object;
  }

  private Map<String, Object> object(int depth) {
    checkDepth(depth);
    expect('{');
    Map<String, Object> members = new LinkedHashMap<>();
    List<String> nulls = new ArrayList<>();
    skipSpace();
    if (accept('}')) {
      return members;
    }
    do {
      skipSpace();
      int start = at;
      String name = string();
      if (members.containsKey(name) || nulls.contains(name)) {
        at = start;
        throw error("the name \"" + name + "\" appears twice");
      }
      skipSpace();
      expect(':');
      Object value = value(depth);
      if (value == null) {
        nulls.add(name);
      } else {
        members.put(name, value);
      }
      skipSpace();
    } while (accept(','));
    expect('}');
    return members;
  }

  private List<@Nullable Object> array(int depth) {
    checkDepth(depth);
    expect('[');
    List<@Nullable Object> elements = new ArrayList<>();
    skipSpace();
    if (accept(']')) {
      return elements;
    }
    do {
      elements.add(value(depth));
      skipSpace();
    } while (accept(','));
    expect(']');
    return elements;
  }

  private @Nullable Object value(int depth) {
    skipSpace();
    return switch (peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> keyword("true", true);
      case 'f' -> keyword("false", false);
      case 'n' -> keyword("null", null);
      default -> number();
    };
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = take();
      if (c == '"') {
        return out.toString();
      } else if (c < ' ') {
        at--;
        throw error("a control character must be escaped in a string");
      } else if (c == '\\') {
        out.append(escape());
      } else {
        out.append(c);
      }
    }
  }

  private char escape() {
    char c = take();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) (hexDigit() << 12 | hexDigit() << 8 | hexDigit() << 4 | hexDigit());
      default -> {
        at--;
        throw error("unknown escape");
      }
    };
  }

  private int hexDigit() {
    char c = take();
    if (c >= '0' && c <= '9') {
      return c - '0';
    } else if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      return c - 'A' + 10;
    }
    at--;
    throw error("expected a hexadecimal digit");
  }

  private Object number() {
    int start = at;
    boolean whole = true;
    accept('-');
    if (!accept('0')) {
      digits();
    }
    if (accept('.')) {
      whole = false;
      digits();
    }
    if (accept('e') || accept('E')) {
      whole = false;
      if (!accept('+')) {
        accept('-');
      }
      digits();
    }
    String literal = text.substring(start, at);
    if (whole) {
      try {
        return Long.valueOf(literal);
      } catch (NumberFormatException beyond64Bits) {
        // Read as a double below, as any JSON reader would.
      }
    }
    double value = Double.parseDouble(literal);
    if (Double.isInfinite(value)) {
      at = start;
      throw error("the number is too large");
    }
    return value;
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw error(at < text.length() ? "unexpected character" : "unexpected end");
    }
  }

  private @Nullable Object keyword(String word, @Nullable Object meaning) {
    if (!text.startsWith(word, at)) {
      throw error("unexpected character");
    }
    at += word.length();
    return meaning;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  private boolean accept(char wanted) {
    if (peek() == wanted && at < text.length()) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw error("expected '" + wanted + "'");
    }
  }

  /** The next character, or NUL at the end: NUL begins no JSON token. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char take() {
    if (at == text.length()) {
      throw error("unexpected end");
    }
    return text.charAt(at++);
  }

  private void checkDepth(int depth) {
    if (depth > DEPTH_MAX) {
      throw error("nested deeper than " + DEPTH_MAX);
    }
  }

  private IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "the input is not valid JSON at character " + at + ": " + problem);
  }
}
