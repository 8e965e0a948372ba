package dev.bourse.grammar;

import java.util.Map;
import java.util.TreeMap;

/**
 * The formats of strings, each as a regular expression. Where a specification allows exotic forms,
 * only the usual ones are generated: what matches is always valid, what is valid need not match.
 */
final class Formats {

  private static final String YEAR_LEAP =
      "(?:\\d{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|"
          + YEAR_LEAP
          + "-02-29)";
  private static final String TIME =
      "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d{2}|[1-9]?\\d)";
  private static final String IPV4 = "(?:" + BYTE + "\\.){3}" + BYTE;
  private static final String GROUP = "[0-9A-Fa-f]{1,4}";
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9]|-[A-Za-z0-9]){0,20}";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,4}";
  private static final String ATOM = "[A-Za-z0-9_+-]{1,24}";
  private static final String PATH = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*";

  private static final Map<String, String> EXPRESSIONS =
      new TreeMap<>(
          Map.of(
              "date",
              DATE,
              "time",
              TIME,
              "date-time",
              DATE + "T" + TIME,
              "duration",
              "P(?:\\d{1,9}W|(?:\\d{1,9}Y(?:\\d{1,9}M(?:\\d{1,9}D)?)?"
                  + "|\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}D)(?:T"
                  + durationTime()
                  + ")?|T"
                  + durationTime()
                  + ")",
              "uuid",
              "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
              "ipv4",
              IPV4,
              "ipv6",
              ipv6(),
              "hostname",
              HOST,
              "email",
              ATOM + "(?:\\." + ATOM + "){0,2}@" + HOST + "\\.[A-Za-z]{2,10}",
              "uri",
              "(?:https?|ftp)://"
                  + HOST
                  + "(?::[1-9]\\d{0,3})?(?:/"
                  + PATH
                  + ")?(?:\\?"
                  + PATH
                  + ")?(?:#"
                  + PATH
                  + ")?"));

  private Formats() {}

  private static String durationTime() {
    return "(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S)";
  }

  /** Eight groups; or two runs of at most seven groups together, with {@code ::} between them. */
  private static String ipv6() {
    StringBuilder text = new StringBuilder("(?:(?:" + GROUP + ":){7}" + GROUP + "|::");
    for (int before = 0; before <= 7; before++) {
      for (int after = 0; after <= 7 - before; after++) {
        if (before + after > 0) {
          text.append('|').append(groups(before)).append("::").append(groups(after));
        }
      }
    }
    return text.append(')').toString();
  }

  private static String groups(int count) {
    return count == 0 ? "" : GROUP + "(?::" + GROUP + "){" + (count - 1) + "}";
  }

  static Expression of(SchemaPlace keyword) {
    String regex = keyword.node().isString() ? EXPRESSIONS.get(keyword.node().stringValue()) : null;
    if (regex == null) {
      throw keyword.problem(
          "the format "
              + keyword.node()
              + " is not supported; these are: "
              + String.join(", ", EXPRESSIONS.keySet()));
    }
    return RegexParser.whole(regex);
  }
}
