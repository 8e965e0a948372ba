package dev.bourse.server.apps;

import dev.bourse.host.http.Fields;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Launch;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A request for a program.
 *
 * @param program {@code NAME[@RANGE]}, as the path has it, its escapes resolved
 * @param prefix of the path that is the program's own place, without a slash at its end
 * @param rest of the path, from its slash on, with the query; empty where the slash is missing
 */
record AppRequest(ServedRequest asked, String program, String prefix, String rest) {
  /** What header fields that are for the server, and not for the program, begin with. */
  private static final String OWN = "bourse-";

  private static final String LIMIT = OWN + "limit-";
  private static final String PREFIX_FIELD = "x-forwarded-prefix";

  /** Secrets of who asks, and what the server says itself. */
  private static final Set<String> KEPT_BACK =
      Set.of("authorization", "proxy-authorization", PREFIX_FIELD);

  static AppRequest of(ServedRequest asked) {
    String path = asked.path();
    int end = Apps.PATH.length();
    while (end < path.length() && path.charAt(end) != '/' && path.charAt(end) != '?') {
      end++;
    }
    String rest = path.substring(end);
    return new AppRequest(
        asked,
        decoded(path.substring(Apps.PATH.length(), end)),
        path.substring(0, end),
        rest.startsWith("/") ? rest : "");
  }

  private static String decoded(String escaped) {
    try {
      return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return escaped;
    }
  }

  /** Where a request without the slash behind the name should have gone. */
  String withSlash() {
    return prefix + "/" + asked.path().substring(prefix.length());
  }

  /** The request as the program sees it: at its own root, without what is none of its business. */
  ServedRequest forProgram() {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (Map.Entry<String, String> field : asked.fields().entries()) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!name.startsWith(OWN) && !KEPT_BACK.contains(name)) {
        fields.add(field);
      }
    }
    fields.add(Map.entry(PREFIX_FIELD, prefix));
    return new ServedRequest(
        asked.method(),
        rest,
        asked.scheme(),
        asked.authority(),
        Fields.received(fields),
        asked.body());
  }

  /**
   * What to run, by the fields of the request that are for the server.
   *
   * @throws ServiceException if one of them is malformed, or unknown
   */
  Launch launch() {
    Map<String, Long> limits = new LinkedHashMap<>();
    OptionalDouble perToken = OptionalDouble.empty();
    OptionalDouble perPage = OptionalDouble.empty();
    OptionalDouble credits = OptionalDouble.empty();
    OptionalLong tokens = OptionalLong.empty();
    for (Map.Entry<String, String> field : asked.fields().entries()) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      String value = field.getValue().strip();
      switch (name) {
        case OWN + "bid-per-token" -> perToken = OptionalDouble.of(amount(name, value));
        case OWN + "bid-per-page" -> perPage = OptionalDouble.of(amount(name, value));
        case OWN + "budget-credits" -> credits = OptionalDouble.of(amount(name, value));
        case OWN + "budget-tokens" -> tokens = OptionalLong.of(number(name, value));
        default -> {
          if (name.startsWith(LIMIT)) {
            limits.put(name.substring(LIMIT.length()), number(name, value));
          } else if (name.startsWith(OWN)) {
            throw new ServiceException(
                Reason.INVALID_ARGUMENT, "there is no header \"%s\"".formatted(name));
          }
        }
      }
    }
    Launch launch = Launch.of(program, "{}").withLimits(limits).withBudget(credits, tokens);
    return bid(perToken, perPage).map(launch::withBid).orElse(launch);
  }

  private static Optional<Launch.Bid> bid(OptionalDouble perToken, OptionalDouble perPage) {
    return perToken.isEmpty() && perPage.isEmpty()
        ? Optional.empty()
        : Optional.of(new Launch.Bid(perToken.orElse(0), perPage.orElse(0)));
  }

  private static double amount(String name, String value) {
    try {
      double amount = Double.parseDouble(value);
      if (amount >= 0 && Double.isFinite(amount)) {
        return amount;
      }
    } catch (NumberFormatException e) {
      throw malformed(name, value, "an amount from 0");
    }
    throw malformed(name, value, "an amount from 0");
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw malformed(name, value, "a whole number");
    }
  }

  private static ServiceException malformed(String name, String value, String wanted) {
    return new ServiceException(
        Reason.INVALID_ARGUMENT,
        "the header %s is \"%s\", but must be %s".formatted(name, value, wanted));
  }
}
