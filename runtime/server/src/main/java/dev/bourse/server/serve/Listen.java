package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** An address to listen at, as users write it: {@code HOST:PORT}, {@code [::1]:PORT} or a port. */
final class Listen {
  private static final int PORT_MAX = 65_535;

  private Listen() {}

  /**
   * Reads an address; a port alone is one of this machine's own.
   *
   * @param option for the message when it is none
   */
  static InetSocketAddress parse(String option, String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = port(option, text, text.substring(colon + 1));
    try {
      return new InetSocketAddress(
          host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw CommandException.usage(
          "%s is %s, and there is no host %s".formatted(option, text, host));
    }
  }

  private static int port(String option, String text, String port) {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= PORT_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw malformed(option, text);
    }
    throw malformed(option, text);
  }

  private static CommandException malformed(String option, String text) {
    return CommandException.usage(
        "%s is %s, but must be HOST:PORT, with a port from 0 (any) to %d"
            .formatted(option, text, PORT_MAX));
  }

  /** As {@link #parse} reads it. */
  static String text(InetSocketAddress address, int port) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
