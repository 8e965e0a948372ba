package dev.bourse.text.template;

import java.math.BigInteger;

/** {@code str.format}: text with fields in braces. */
final class StringFormat {
  private static final int MAX_DEPTH = 2;

  private final Arguments arguments;
  private final Rendering rendering;
  private int automatic;

  private StringFormat(Arguments arguments, Rendering rendering) {
    this.arguments = arguments;
    this.rendering = rendering;
  }

  static String format(String format, Arguments arguments, Rendering rendering) {
    return new StringFormat(arguments, rendering).fill(format, 0);
  }

  private String fill(String format, int depth) {
    if (depth >= MAX_DEPTH) {
      throw new Fault("format fields nested too deeply");
    }
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < format.length(); at++) {
      char c = format.charAt(at);
      boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
      if (c == '{' && !doubled) {
        int end = fieldEnd(format, at + 1);
        String field = field(format.substring(at + 1, end), depth);
        rendering.budget().text(field.length());
        out.append(field);
        at = end;
      } else if (c == '}' && !doubled) {
        throw new Fault("single '}' in a format");
      } else {
        out.append(c);
        at += c == '{' || c == '}' ? 1 : 0;
      }
    }
    return out.toString();
  }

  private static int fieldEnd(String format, int from) {
    int depth = 1;
    for (int at = from; at < format.length(); at++) {
      depth += format.charAt(at) == '{' ? 1 : format.charAt(at) == '}' ? -1 : 0;
      if (depth == 0) {
        return at;
      }
    }
    throw new Fault("a field of a format is not closed with '}'");
  }

  private String field(String field, int depth) {
    int colon = field.indexOf(':');
    String head = colon < 0 ? field : field.substring(0, colon);
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    int mark = head.indexOf('!');
    Value value = lookUp(mark < 0 ? head : head.substring(0, mark));
    if (mark >= 0) {
      value =
          switch (head.substring(mark + 1)) {
            case "s" -> Value.Str.of(rendering.print(value));
            case "r", "a" -> Value.Str.of(Representation.repr(value, rendering.budget()));
            default -> throw new Fault("unknown conversion in a format: " + head.substring(mark));
          };
    }
    String layout = spec.indexOf('{') >= 0 ? fill(spec, depth + 1) : spec;
    return layout.isEmpty()
        ? rendering.print(value)
        : FormatSpec.parse(layout).format(value, rendering.budget());
  }

  private Value lookUp(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Value value = first(path.substring(0, end));
    while (end < path.length()) {
      int begin = end + 1;
      if (path.charAt(end) == '[') {
        int close = path.indexOf(']', begin);
        if (close < 0) {
          throw new Fault("an index in a format is not closed with ']'");
        }
        String key = path.substring(begin, close);
        value =
            Attributes.item(
                value,
                isIndex(key) ? new Value.Int(new BigInteger(key)) : Value.Str.of(key),
                rendering);
        end = close + 1;
      } else {
        end = begin;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        value = Attributes.attribute(value, path.substring(begin, end), rendering);
      }
    }
    return value;
  }

  private static boolean isIndex(String text) {
    return text.length() < 10 && Text.all(text, c -> c >= '0' && c <= '9');
  }

  private Value first(String name) {
    if (name.isEmpty() || isIndex(name)) {
      int at = name.isEmpty() ? automatic++ : Integer.parseInt(name);
      if (at >= arguments.positional().size()) {
        throw new Fault("a format has no argument " + at);
      }
      return arguments.positional().get(at);
    }
    Value value = arguments.named().get(name);
    if (value == null) {
      throw new Fault("a format has no argument '" + name + "'");
    }
    return value;
  }
}
