package dev.bourse.host.http;

import dev.bourse.host.http.Addresses.Block;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The hosts that inferlets may talk to. An entry is a name ({@code api.example.com}), all names
 * below one ({@code *.example.org}), any name ({@code *}), an address or a block of them ({@code
 * 10.1.0.0/16}, {@code [::1]}), each with a port or without; without one it means 80 for {@code
 * http} and 443 for {@code https}.
 *
 * <p>A name that is listed may resolve to public addresses, and to others only if they are listed
 * themselves: whoever runs the name's DNS does not get into the operator's network. The exception
 * is {@code localhost}, which is never looked up.
 */
public final class AllowList {
  /** Nothing, which is what holds when nobody says otherwise. */
  public static final AllowList NONE = new AllowList(List.of(), List.of(), false);

  /** Everything: for what the operator's own configuration names, never for a guest. */
  public static final AllowList EVERYTHING = new AllowList(List.of(), List.of(), true);

  private final List<String> entries;
  private final List<Rule> rules;
  private final boolean everything;

  private AllowList(List<String> entries, List<Rule> rules, boolean everything) {
    this.entries = List.copyOf(entries);
    this.rules = List.copyOf(rules);
    this.everything = everything;
  }

  /**
   * A list of entries.
   *
   * @throws IllegalArgumentException naming the first that is none
   */
  public static AllowList of(List<String> entries) {
    List<Rule> rules = new ArrayList<>();
    for (String entry : entries) {
      rules.add(Rule.of(entry));
    }
    return new AllowList(entries, rules, false);
  }

  /** The entries, as they were given. */
  public List<String> entries() {
    return entries;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AllowList list
        && everything == list.everything
        && entries.equals(list.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return everything ? "everything" : entries.toString();
  }

  /** Whether a request for {@code destination} may be made at all, before anything is resolved. */
  boolean permits(Destination destination) {
    return everything
        || rules.stream()
            .anyMatch(
                rule ->
                    rule.portFits(destination)
                        && destination
                            .address()
                            .map(rule::lists)
                            .orElseGet(() -> rule.matches(destination.host())));
  }

  /** Whether a connection to {@code address} may be made for a destination that is permitted. */
  boolean permits(Destination destination, InetAddress address) {
    return everything
        || (Addresses.isPublic(address) && !destination.isLocalhost())
        || (destination.isLocalhost() && address.isLoopbackAddress())
        || rules.stream().anyMatch(rule -> rule.portFits(destination) && rule.lists(address));
  }

  /** An entry: a name or a block of addresses, and a port if it has one. */
  private record Rule(String name, Optional<Block> block, int port) {
    private static final int DEFAULT_PORT = 0;

    static Rule of(String entry) {
      String host = entry.strip().toLowerCase(Locale.ROOT);
      int port = DEFAULT_PORT;
      int colon = host.lastIndexOf(':');
      boolean bare = host.indexOf(':') != colon && !host.startsWith("[");
      if (colon > host.lastIndexOf(']') && !bare) {
        port = port(entry, host.substring(colon + 1));
        host = host.substring(0, colon);
      }
      if (host.startsWith("[")) {
        // [::1] or [fd00::]/8 or [fd00::/8]
        host = host.replace("[", "").replace("]", "");
      }
      Optional<Block> block = Block.parse(host);
      if (host.endsWith(".") && !host.equals("*.")) {
        host = host.substring(0, host.length() - 1);
      }
      String name = host.startsWith("*.") ? host.substring(2) : host;
      boolean may = block.isPresent() || host.equals("*") || isName(name);
      if (!may) {
        throw wrong(entry);
      }
      return new Rule(host, block, port);
    }

    private static boolean isName(String name) {
      try {
        return Destination.parse(false, name).address().isEmpty() && !name.contains(":");
      } catch (HttpException e) {
        return false;
      }
    }

    private static int port(String entry, String digits) {
      boolean number = digits.length() <= 5 && digits.matches("[0-9]+");
      int port = number ? Integer.parseInt(digits) : 0;
      if (port < 1 || port > 65_535) {
        throw wrong(entry);
      }
      return port;
    }

    private static IllegalArgumentException wrong(String entry) {
      return new IllegalArgumentException(
          "\"%s\" is no host: write a name, *.NAME, *, an address or a block of them like 10.0.0.0/8, each with :PORT or without"
              .formatted(entry));
    }

    boolean portFits(Destination destination) {
      return port == DEFAULT_PORT
          ? destination.port() == (destination.tls() ? 443 : 80)
          : destination.port() == port;
    }

    boolean lists(InetAddress address) {
      return block.filter(b -> b.contains(address)).isPresent();
    }

    boolean matches(String host) {
      if (block.isPresent()) {
        return false;
      }
      if (name.equals("*")) {
        return true;
      }
      return name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name);
    }
  }
}
