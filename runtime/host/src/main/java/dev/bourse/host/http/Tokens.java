package dev.bourse.host.http;

/** The characters of HTTP: what may stand where, so that nothing else gets on the wire. */
final class Tokens {
  private Tokens() {}

  /** A method or the name of a field (RFC 9110, section 5.6.2). */
  static boolean isToken(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean may = isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (!may) {
        return false;
      }
    }
    return true;
  }

  /** The value of a field: spaces, tabs, and whatever is visible; bytes above 127 as they are. */
  static boolean isFieldValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean may = c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff);
      if (!may) {
        return false;
      }
    }
    return true;
  }

  /** A path with its query (RFC 3986, sections 3.3 and 3.4), or the {@code *} of OPTIONS. */
  static boolean isPathWithQuery(String text) {
    if (text.equals("*")) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A fragment is never sent; what must be escaped is not sent unescaped.
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return false;
      }
    }
    return text.isEmpty() || text.charAt(0) == '/' || text.charAt(0) == '?';
  }

  /** The name of a scheme (RFC 3986, section 3.1). */
  static boolean isScheme(String text) {
    if (text.isEmpty() || !isLetter(text.charAt(0))) {
      return false;
    }
    return text.chars().allMatch(c -> isAlphanumeric((char) c) || "+-.".indexOf(c) >= 0);
  }

  static boolean isAlphanumeric(char c) {
    return isLetter(c) || isDigit(c);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
