package dev.bourse.text.template;

import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The methods of Python's {@code str}. */
final class StringMethods {
  private interface Method {
    Value call(String self, Arguments arguments, Rendering rendering);
  }

  private static final Map<String, Method> METHODS =
      Map.ofEntries(
          Map.entry("upper", mapping("upper", Text::upper)),
          Map.entry("lower", mapping("lower", Text::lower)),
          Map.entry("casefold", mapping("casefold", Text::lower)),
          Map.entry("capitalize", mapping("capitalize", Text::capitalize)),
          Map.entry("title", mapping("title", Text::title)),
          Map.entry("swapcase", mapping("swapcase", Text::swapCase)),
          Map.entry("strip", (self, args, r) -> strip(self, args, r, true, true)),
          Map.entry("lstrip", (self, args, r) -> strip(self, args, r, true, false)),
          Map.entry("rstrip", (self, args, r) -> strip(self, args, r, false, true)),
          Map.entry("split", (self, args, r) -> split(self, args, r, false)),
          Map.entry("rsplit", (self, args, r) -> split(self, args, r, true)),
          Map.entry("splitlines", StringMethods::splitLines),
          Map.entry("partition", (self, args, r) -> partition(self, args, r, false)),
          Map.entry("rpartition", (self, args, r) -> partition(self, args, r, true)),
          Map.entry("join", StringMethods::join),
          Map.entry("replace", StringMethods::replace),
          Map.entry(
              "startswith", (self, args, r) -> affix(self, args, "startswith", String::startsWith)),
          Map.entry("endswith", (self, args, r) -> affix(self, args, "endswith", String::endsWith)),
          Map.entry("removeprefix", (self, args, r) -> removeAffix(self, args, r, true)),
          Map.entry("removesuffix", (self, args, r) -> removeAffix(self, args, r, false)),
          Map.entry("find", (self, args, r) -> Int.of(find(self, args, r, false))),
          Map.entry("rfind", (self, args, r) -> Int.of(find(self, args, r, true))),
          Map.entry("index", (self, args, r) -> index(self, args, r, false)),
          Map.entry("rindex", (self, args, r) -> index(self, args, r, true)),
          Map.entry("count", StringMethods::count),
          Map.entry("format", (self, args, r) -> r.text(StringFormat.format(self, args, r))),
          Map.entry("zfill", StringMethods::zeroFill),
          Map.entry("center", (self, args, r) -> justify(self, args, r, '^')),
          Map.entry("ljust", (self, args, r) -> justify(self, args, r, '<')),
          Map.entry("rjust", (self, args, r) -> justify(self, args, r, '>')),
          Map.entry("expandtabs", StringMethods::expandTabs),
          Map.entry("isdigit", all("isdigit", c -> Text.all(c, Character::isDigit))),
          Map.entry("isdecimal", all("isdecimal", c -> Text.all(c, Character::isDigit))),
          Map.entry("isnumeric", all("isnumeric", c -> Text.all(c, StringMethods::isNumeric))),
          Map.entry("isalpha", all("isalpha", c -> Text.all(c, Character::isLetter))),
          Map.entry(
              "isalnum",
              all("isalnum", c -> Text.all(c, d -> Character.isLetter(d) || isNumeric(d)))),
          Map.entry("isspace", all("isspace", c -> Text.all(c, Text::isSpace))),
          Map.entry("islower", all("islower", c -> Text.isCase(c, false))),
          Map.entry("isupper", all("isupper", c -> Text.isCase(c, true))),
          Map.entry("istitle", all("istitle", Text::isTitle)),
          Map.entry("isascii", all("isascii", c -> c.chars().allMatch(d -> d < 0x80))),
          Map.entry(
              "isprintable",
              all("isprintable", c -> c.codePoints().allMatch(Representation::isPrintable))),
          Map.entry("isidentifier", all("isidentifier", StringMethods::isIdentifier)));

  private StringMethods() {}

  static Optional<Value> find(Str self, String name, Rendering rendering) {
    return Optional.ofNullable(METHODS.get(name))
        .map(
            method ->
                new Function(
                    name,
                    arguments -> {
                      rendering.budget().scan(self.text().length());
                      return method.call(self.text(), arguments, rendering);
                    }));
  }

  private static Method mapping(String name, UnaryOperator<String> function) {
    return (self, arguments, rendering) -> {
      arguments.bind(name + "()");
      return rendering.text(function.apply(self));
    };
  }

  private static Method all(String name, Predicate<String> predicate) {
    return (self, arguments, _) -> {
      arguments.bind(name + "()");
      return Bool.of(predicate.test(self));
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

  private static Value affix(
      String self, Arguments arguments, String name, BiPredicate<String, String> predicate) {
    Arguments.Bound bound = arguments.bind(name + "()", "affix", "start", "end");
    String part = between(self, bound);
    Value affix = bound.required("affix");
    List<Value> affixes = affix instanceof Tuple tuple ? tuple.items() : List.of(affix);
    for (Value candidate : affixes) {
      if (predicate.test(part, Values.toText(candidate, name + "()"))) {
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
      String self, Arguments arguments, Rendering rendering, boolean prefix) {
    String affix = arguments.bind("removeprefix()", "affix").string("affix");
    if (prefix) {
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
