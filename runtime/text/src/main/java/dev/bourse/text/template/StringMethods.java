package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The methods of Python's {@code str}. */
final class StringMethods {
  private static final Set<String> NAMES =
      Set.of(
          "upper",
          "lower",
          "casefold",
          "capitalize",
          "title",
          "swapcase",
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "partition",
          "rpartition",
          "join",
          "replace",
          "startswith",
          "endswith",
          "removeprefix",
          "removesuffix",
          "find",
          "rfind",
          "index",
          "rindex",
          "count",
          "format",
          "zfill",
          "center",
          "ljust",
          "rjust",
          "expandtabs",
          "isdigit",
          "isdecimal",
          "isnumeric",
          "isalpha",
          "isalnum",
          "isspace",
          "islower",
          "isupper",
          "istitle",
          "isascii",
          "isprintable",
          "isidentifier");

  private StringMethods() {}

  static Optional<Value> find(Str self, String name, Rendering rendering) {
    return NAMES.contains(name)
        ? Optional.of(
            new Function(name, arguments -> call(name, self.text(), arguments, rendering)))
        : Optional.empty();
  }

  private static Value call(String name, String self, Arguments args, Rendering r) {
    r.budget().scan(self.length());
    return switch (name) {
      case "strip" -> strip(self, args, r, true, true);
      case "lstrip" -> strip(self, args, r, true, false);
      case "rstrip" -> strip(self, args, r, false, true);
      case "split" -> split(self, args, r, false);
      case "rsplit" -> split(self, args, r, true);
      case "splitlines" -> splitLines(self, args, r);
      case "partition" -> partition(self, args, r, false);
      case "rpartition" -> partition(self, args, r, true);
      case "join" -> join(self, args, r);
      case "replace" -> replace(self, args, r);
      case "startswith", "endswith" -> affix(self, args, name);
      case "removeprefix", "removesuffix" -> removeAffix(self, args, r, name);
      case "find" -> Int.of(find(self, args, r, false));
      case "rfind" -> Int.of(find(self, args, r, true));
      case "index" -> index(self, args, r, false);
      case "rindex" -> index(self, args, r, true);
      case "count" -> count(self, args, r);
      case "format" -> r.text(StringFormat.format(self, args, r));
      case "zfill" -> zeroFill(self, args, r);
      case "center" -> justify(self, args, r, '^');
      case "ljust" -> justify(self, args, r, '<');
      case "rjust" -> justify(self, args, r, '>');
      case "expandtabs" -> expandTabs(self, args, r);
      default -> {
        args.bind(name + "()");
        yield name.startsWith("is") ? Bool.of(is(name, self)) : r.text(mapped(name, self));
      }
    };
  }

  private static String mapped(String name, String self) {
    return switch (name) {
      case "upper" -> Text.upper(self);
      case "lower", "casefold" -> Text.lower(self);
      case "capitalize" -> Text.capitalize(self);
      case "title" -> Text.title(self);
      default -> Text.swapCase(self);
    };
  }

  private static boolean is(String name, String self) {
    return switch (name) {
      case "isdigit", "isdecimal" -> Text.all(self, Character::isDigit);
      case "isnumeric" -> Text.all(self, StringMethods::isNumeric);
      case "isalpha" -> Text.all(self, Character::isLetter);
      case "isalnum" -> Text.all(self, c -> Character.isLetter(c) || isNumeric(c));
      case "isspace" -> Text.all(self, Text::isSpace);
      case "islower" -> Text.isCase(self, false);
      case "isupper" -> Text.isCase(self, true);
      case "istitle" -> Text.isTitle(self);
      case "isascii" -> self.chars().allMatch(c -> c < 0x80);
      case "isprintable" -> self.codePoints().allMatch(Representation::isPrintable);
      default -> isIdentifier(self);
    };
  }

  private static boolean isNumeric(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static boolean isIdentifier(String text) {
    return !text.isEmpty()
        && (Character.isUnicodeIdentifierStart(text.codePointAt(0)) || text.charAt(0) == '_')
        && text.codePoints().skip(1).allMatch(Character::isUnicodeIdentifierPart);
  }

  private static Value strip(
      String self, Arguments arguments, Rendering rendering, boolean left, boolean right) {
    return rendering.text(
        arguments
            .bind("strip()", "chars")
            .present("chars")
            .map(chars -> Text.strip(self, Values.toText(chars, "strip()"), left, right))
            .orElseGet(() -> Text.strip(self, left, right)));
  }

  private static Value split(
      String self, Arguments arguments, Rendering rendering, boolean fromRight) {
    Arguments.Bound bound = arguments.bind("split()", "sep", "maxsplit");
    long given = bound.integer("maxsplit", -1);
    long limit = given < 0 ? Long.MAX_VALUE : given;
    Optional<String> separator = bound.present("sep").map(value -> Values.toText(value, "split()"));
    if (separator.isEmpty()) {
      return strings(
          fromRight ? Text.rsplitOnSpace(self, limit) : Text.splitOnSpace(self, limit), rendering);
    }
    if (separator.get().isEmpty()) {
      throw new Fault("split() with an empty separator");
    }
    rendering.budget().search(self, separator.get());
    return strings(
        fromRight
            ? Text.rsplit(self, separator.get(), limit)
            : Text.split(self, separator.get(), limit),
        rendering);
  }

  private static Value splitLines(String self, Arguments arguments, Rendering rendering) {
    return strings(
        Text.lines(self, arguments.bind("splitlines()", "keepends").truth("keepends")), rendering);
  }

  /** A list of parts of one string. */
  private static Value strings(List<String> parts, Rendering rendering) {
    rendering.budget().items(parts.size());
    List<Value> values = new ArrayList<>(parts.size());
    for (String part : parts) {
      values.add(rendering.text(part));
    }
    return new ListValue(values);
  }

  private static Value partition(
      String self, Arguments arguments, Rendering rendering, boolean fromRight) {
    String separator = arguments.bind("partition()", "sep").string("sep");
    if (separator.isEmpty()) {
      throw new Fault("partition() with an empty separator");
    }
    rendering.budget().search(self, separator);
    int at = fromRight ? self.lastIndexOf(separator) : self.indexOf(separator);
    if (at < 0) {
      return fromRight
          ? Tuple.of(Str.EMPTY, Str.EMPTY, Str.of(self))
          : Tuple.of(Str.of(self), Str.EMPTY, Str.EMPTY);
    }
    return Tuple.of(
        rendering.text(self.substring(0, at)),
        Str.of(separator),
        rendering.text(self.substring(at + separator.length())));
  }

  private static Value join(String self, Arguments arguments, Rendering rendering) {
    Value parts = arguments.bind("join()", "iterable").required("iterable");
    StringBuilder text = new StringBuilder();
    Iterator<Value> elements = Values.iterate(parts, rendering.budget());
    for (boolean first = true; elements.hasNext(); first = false) {
      String element = Values.toText(elements.next(), "join()");
      rendering.budget().text((long) element.length() + self.length());
      text.append(first ? "" : self).append(element);
    }
    return Str.of(text.toString());
  }

  private static Value replace(String self, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("replace()", "old", "new", "count");
    return replace(
        self, bound.string("old"), bound.string("new"), bound.integer("count", -1), rendering);
  }

  static Str replace(String text, String old, String replacement, long count, Rendering rendering) {
    rendering.budget().search(text, old);
    long found = count < 0 ? Text.count(text, old) : Math.min(count, Text.count(text, old));
    rendering.budget().text(text.length() + found * (replacement.length() - old.length()));
    return Str.of(Text.replace(text, old, replacement, count));
  }

  private static Value affix(String self, Arguments arguments, String name) {
    Arguments.Bound bound = arguments.bind(name + "()", "affix", "start", "end");
    String part = between(self, bound);
    Value affix = bound.required("affix");
    List<Value> affixes = affix instanceof Tuple tuple ? tuple.items() : List.of(affix);
    for (Value candidate : affixes) {
      String text = Values.toText(candidate, name + "()");
      if (name.equals("startswith") ? part.startsWith(text) : part.endsWith(text)) {
        return Bool.TRUE;
      }
    }
    return Bool.FALSE;
  }

  /** The part of a string from argument {@code start} to {@code end}. */
  private static String between(String self, Arguments.Bound bound) {
    if (bound.present("start").isEmpty() && bound.present("end").isEmpty()) {
      return self;
    }
    int size = Text.length(self);
    int begin = place(bound, "start", 0, size);
    return Text.substring(self, begin, Math.max(begin, place(bound, "end", size, size)));
  }

  private static int place(Arguments.Bound bound, String name, int otherwise, int size) {
    return bound
        .present(name)
        .map(value -> Slices.clamp(Values.toLong(value, bound.callee()), size))
        .orElse(otherwise);
  }

  private static Value removeAffix(
      String self, Arguments arguments, Rendering rendering, String name) {
    String affix = arguments.bind(name + "()", "affix").string("affix");
    if (name.equals("removeprefix")) {
      return rendering.text(self.startsWith(affix) ? self.substring(affix.length()) : self);
    }
    return rendering.text(
        self.endsWith(affix) ? self.substring(0, self.length() - affix.length()) : self);
  }

  private static int find(
      String self, Arguments arguments, Rendering rendering, boolean fromRight) {
    Arguments.Bound bound = arguments.bind("find()", "sub", "start", "end");
    String wanted = bound.string("sub");
    String part = between(self, bound);
    rendering.budget().search(part, wanted);
    int at = fromRight ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    int offset = place(bound, "start", 0, Text.length(self));
    return at < 0 ? -1 : offset + Text.codePointIndex(part, at);
  }

  private static Value index(
      String self, Arguments arguments, Rendering rendering, boolean fromRight) {
    int at = find(self, arguments, rendering, fromRight);
    if (at < 0) {
      throw new Fault("substring not found");
    }
    return Int.of(at);
  }

  private static Value count(String self, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("count()", "sub", "start", "end");
    String part = between(self, bound);
    rendering.budget().search(part, bound.string("sub"));
    return Int.of(Text.count(part, bound.string("sub")));
  }

  private static Value zeroFill(String self, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("zfill()", "width");
    long missing = Values.toLong(bound.required("width"), "zfill()") - Text.length(self);
    rendering.budget().text(Math.max(0, missing) + self.length());
    int sign = self.startsWith("-") || self.startsWith("+") ? 1 : 0;
    return Str.of(
        missing <= 0
            ? self
            : self.substring(0, sign) + "0".repeat((int) missing) + self.substring(sign));
  }

  private static Value justify(
      String self, Arguments arguments, Rendering rendering, char alignment) {
    Arguments.Bound bound = arguments.bind("justification", "width", "fillchar");
    long width = Values.toLong(bound.required("width"), "justification");
    String fill = bound.string("fillchar", " ");
    if (Text.length(fill) != 1) {
      throw new Fault("the fill character must be exactly one character long");
    }
    return Str.of(pad(self, width, fill, alignment, rendering.budget()));
  }

  /**
   * Pads text to a width: {@code <} on the right, {@code >} on the left, {@code ^} as str.center.
   */
  static String pad(String text, long width, String fill, char alignment, Budget budget) {
    long missing = width - Text.length(text);
    budget.text(Math.max(0, missing) + text.length());
    if (missing <= 0) {
      return text;
    }
    // str.center puts the odd blank on the left exactly if the width is odd too.
    long left =
        switch (alignment) {
          case '<' -> 0;
          case '>' -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat((int) left) + text + fill.repeat((int) (missing - left));
  }

  private static Value expandTabs(String self, Arguments arguments, Rendering rendering) {
    long size = arguments.bind("expandtabs()", "tabsize").integer("tabsize", 8);
    StringBuilder text = new StringBuilder();
    long column = 0;
    for (int at = 0; at < self.length(); at++) {
      char c = self.charAt(at);
      if (c == '\t') {
        long blanks = size <= 0 ? 0 : size - column % size;
        rendering.budget().text(blanks);
        text.repeat(' ', (int) blanks);
        column += blanks;
      } else {
        text.append(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return rendering.text(text.toString());
  }
}
