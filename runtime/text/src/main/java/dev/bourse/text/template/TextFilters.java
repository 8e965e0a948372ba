package dev.bourse.text.template;

import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.Str;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The filters that lay out text. */
final class TextFilters {
  private TextFilters() {}

  /** Jinja's own idea of a title: words begin after blanks, hyphens and opening brackets. */
  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean begins = true;
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      String character = Character.toString(codePoint);
      out.append(begins ? Text.upper(character) : Text.lower(character));
      begins = Text.isSpace(codePoint) || "-({[<".indexOf(codePoint) >= 0;
    }
    return out.toString();
  }

  static Value indent(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("indent", "width", "first", "blank");
    Value width = bound.or("width", Int.of(4));
    String indentation;
    if (width instanceof Str string) {
      indentation = string.text();
    } else {
      long blanks = Math.max(0, Values.toLong(width, "indent"));
      rendering.budget().text(blanks);
      indentation = " ".repeat((int) blanks);
    }
    List<String> lines = Text.lines(Values.toText(value, "indent") + "\n", false);
    rendering.budget().text((long) indentation.length() * lines.size());
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      out.append(at > 0 ? "\n" : "");
      boolean indents = at == 0 ? bound.truth("first") : bound.truth("blank") || !line.isEmpty();
      out.append(indents ? indentation : "").append(line);
    }
    return rendering.text(out.toString());
  }

  static Value truncate(Value value, Arguments arguments, Rendering rendering) {
    Arguments.Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    String text = Values.toText(value, "truncate");
    String end = bound.string("end", "...");
    long length = bound.integer("length", 255);
    long leeway = bound.present("leeway").map(v -> Values.toLong(v, "truncate")).orElse(5L);
    long kept = length - Text.length(end);
    if (kept < 0 || leeway < 0) {
      throw new Fault("truncate needs a length of at least that of its ending");
    }
    if (Text.length(text) <= length + leeway) {
      return value;
    }
    String head = Text.substring(text, 0, (int) kept);
    int blank = head.lastIndexOf(' ');
    return rendering.text(
        (bound.truth("killwords") || blank < 0 ? head : head.substring(0, blank)) + end);
  }

  static Value center(Value value, Arguments arguments, Rendering rendering) {
    long width = arguments.bind("center", "width").integer("width", 80);
    return Str.of(StringMethods.pad(rendering.print(value), width, " ", '^', rendering.budget()));
  }

  static Value wordCount(Value value, Arguments arguments, Rendering rendering) {
    arguments.bind("wordcount");
    long words = 0;
    boolean inWord = false;
    String text = rendering.print(value);
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int codePoint = text.codePointAt(at);
      boolean isWord = Character.isLetterOrDigit(codePoint) || codePoint == '_';
      words += isWord && !inWord ? 1 : 0;
      inWord = isWord;
    }
    return Int.of(words);
  }

  static Value stripTags(Value value, Rendering rendering) {
    String text = rendering.print(value);
    StringBuilder out = new StringBuilder();
    int done = 0;
    for (int open = text.indexOf('<'); open >= 0; open = text.indexOf('<', done)) {
      int close = text.indexOf('>', open);
      if (close < 0) {
        break;
      }
      out.append(text, done, open);
      done = close + 1;
    }
    out.append(text, done, text.length());
    return rendering.text(
        String.join(" ", Text.splitOnSpace(out.toString(), Long.MAX_VALUE))
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&#39;", "'")
            .replace("&#34;", "\"")
            .replace("&amp;", "&"));
  }

  static Value urlEncode(Value value, Arguments arguments, Rendering rendering) {
    arguments.bind("urlencode");
    StringBuilder out = new StringBuilder();
    for (byte octet : rendering.print(value).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "_.-~/".indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return rendering.text(out.toString());
  }
}
