package dev.bourse.text.template;

/** HTML escaping, for the filters {@code e} and {@code safe}. */
final class Html {
  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  /** The text of a string, escaped unless it is markup already. */
  static String escaped(Value.Str string) {
    return string.markup() ? string.text() : escape(string.text());
  }
}
