package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Dict;
import dev.bourse.text.template.Value.DictView;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.None;
import dev.bourse.text.template.Value.Once;
import dev.bourse.text.template.Value.Range;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Special;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigDecimal;
import java.util.Iterator;

/** How values print: Python's {@code str} and {@code repr}. */
final class Representation {
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private Representation(Budget budget) {
    this.budget = budget;
  }

  /** Python's {@code str}. */
  static String str(Value value, Budget budget) {
    return switch (value) {
      case Str string -> string.text();
      case Undefined _ -> "";
      default -> repr(value, budget);
    };
  }

  /** Python's {@code repr}. */
  static String repr(Value value, Budget budget) {
    Representation representation = new Representation(budget);
    representation.write(value, 0);
    return representation.out.toString();
  }

  private void write(Value value, int level) {
    budget.checkDataDepth(level);
    int before = out.length();
    switch (value) {
      case Str string -> quote(string);
      case Int number -> out.append(number.value());
      case Real number -> out.append(real(number.value()));
      case Bool bool -> out.append(bool.value() ? "True" : "False");
      case None _ -> out.append("None");
      case Undefined _ -> out.append("Undefined");
      case ListValue list -> sequence("[", list.items().iterator(), "]", level);
      case Tuple tuple ->
          sequence("(", tuple.items().iterator(), tuple.items().size() == 1 ? ",)" : ")", level);
      case Dict dict -> dict(dict, level);
      case DictView view -> {
        out.append(view.typeName());
        Iterator<Value> elements =
            view.dict().entries().values().stream().map(view::element).iterator();
        sequence("([", elements, "])", level);
      }
      case Range range -> {
        out.append("range(").append(range.start()).append(", ").append(range.stop());
        out.append(range.step() == 1 ? ")" : ", " + range.step() + ")");
      }
      case Once once -> out.append("<").append(once.typeName()).append(" object>");
      case NamespaceValue namespace -> {
        out.append("<Namespace ");
        dict(namespace.asDict(), level);
        out.append('>');
      }
      case Special special -> out.append("<").append(special.typeName()).append(" object>");
    }
    budget.text(Math.max(1, out.length() - before));
  }

  private void sequence(String open, Iterator<Value> elements, String close, int level) {
    out.append(open);
    while (elements.hasNext()) {
      write(elements.next(), level + 1);
      if (elements.hasNext()) {
        out.append(", ");
      }
    }
    out.append(close);
  }

  private void dict(Dict dict, int level) {
    out.append('{');
    String separator = "";
    for (Dict.Entry entry : dict.entries().values()) {
      out.append(separator);
      write(entry.key(), level + 1);
      out.append(": ");
      write(entry.value(), level + 1);
      separator = ", ";
    }
    out.append('}');
  }

  private void quote(Str string) {
    String text = string.text();
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(string.markup() ? "Markup(" : "").append(quote);
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (isPrintable(c)) {
            out.appendCodePoint(c);
          } else {
            out.append(
                c < 0x100
                    ? hex("\\x%02x", c)
                    : c < 0x10000 ? hex("\\u%04x", c) : hex("\\U%08x", c));
          }
        }
      }
    }
    out.append(quote).append(string.markup() ? ")" : "");
  }

  private static String hex(String format, int codePoint) {
    return String.format(java.util.Locale.ROOT, format, codePoint);
  }

  /** Python's {@code str.isprintable} of one character. */
  static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }

  /** The shortest decimal that gives the number back, in Python's notation. */
  static String real(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
