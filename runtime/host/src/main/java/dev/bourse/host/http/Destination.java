package dev.bourse.host.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a request goes.
 *
 * @param tls whether the connection is encrypted
 * @param host a name in lower case without a dot at its end, or an address without brackets
 * @param address the address that {@code host} is; empty for a name
 */
public record Destination(boolean tls, String host, int port, Optional<InetAddress> address) {
  private static final int NAME_MAX = 253;

  /**
   * Reads {@code HOST[:PORT]}. There is one way to write each host: who and a password before an
   * {@code @}, escapes, addresses in hexadecimal, octal or in fewer than four parts are refused.
   *
   * @throws HttpException with {@code HTTP-request-URI-invalid}
   */
  public static Destination parse(boolean tls, String authority) throws HttpException {
    String host = authority;
    int port = tls ? 443 : 80;
    int colon = authority.lastIndexOf(':');
    if (colon > authority.lastIndexOf(']')) {
      host = authority.substring(0, colon);
      port = port(authority, authority.substring(colon + 1));
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      String inner = host.substring(1, host.length() - 1);
      InetAddress address =
          Addresses.parse(inner).filter(a -> inner.contains(":")).orElseThrow(invalid(authority));
      return new Destination(tls, address.getHostAddress(), port, Optional.of(address));
    }
    Optional<InetAddress> address = host.contains(":") ? Optional.empty() : Addresses.parse(host);
    if (address.isPresent()) {
      return new Destination(tls, host, port, address);
    }
    return new Destination(tls, name(authority, host), port, Optional.empty());
  }

  private static int port(String authority, String digits) throws HttpException {
    boolean number =
        !digits.isEmpty()
            && digits.length() <= 5
            && digits.chars().allMatch(c -> Tokens.isDigit((char) c));
    int port = number ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw invalid(authority).get();
    }
    return port;
  }

  private static String name(String authority, String host) throws HttpException {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    String last = name.substring(name.lastIndexOf('.') + 1);
    // What ends in a number is an address to some resolvers (127.1, 0x7f000001, 2130706433).
    boolean address = !last.isEmpty() && (Tokens.isDigit(last.charAt(0)) && isNumber(last));
    if (!isName(name) || address) {
      throw invalid(authority).get();
    }
    return name;
  }

  private static boolean isNumber(String label) {
    boolean hex = label.startsWith("0x");
    return (hex ? label.substring(2) : label)
        .chars()
        .allMatch(c -> hex ? Character.digit(c, 16) >= 0 : Tokens.isDigit((char) c));
  }

  /** Labels of letters, digits, hyphens and underscores. */
  static boolean isName(String name) {
    if (name.isEmpty() || name.length() > NAME_MAX) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      boolean may =
          !label.isEmpty()
              && label.length() <= 63
              && !label.startsWith("-")
              && !label.endsWith("-")
              && label
                  .chars()
                  .allMatch(c -> Tokens.isAlphanumeric((char) c) || c == '-' || c == '_');
      if (!may) {
        return false;
      }
    }
    return true;
  }

  private static Supplier<HttpException> invalid(String authority) {
    String shown = authority.length() <= 100 ? authority : authority.substring(0, 100) + "…";
    return () ->
        new HttpException(
            HttpError.Code.HTTP_REQUEST_URI_INVALID,
            "\"%s\" is no host with a port: write a name, four decimal numbers, or [IPv6]"
                .formatted(shown));
  }

  /** What the field {@code Host} says. */
  String hostField() {
    String written = address.isPresent() && host.contains(":") ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? written : written + ":" + port;
  }

  /** Whether {@code host} is this machine by its name, whatever a resolver would say (RFC 6761). */
  boolean isLocalhost() {
    return host.equals("localhost") || host.endsWith(".localhost");
  }
}
