package dev.bourse.host.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Network addresses: how they are written, and which of them are on the public internet (the IANA
 * registries of special-purpose addresses for IPv4 and IPv6).
 */
public final class Addresses {
  private Addresses() {}

  private static final List<Block> NOT_PUBLIC =
      List.of(
          Block.of("0.0.0.0/8"), // this network
          Block.of("10.0.0.0/8"),
          Block.of("100.64.0.0/10"), // carrier-grade NAT
          Block.of("127.0.0.0/8"),
          Block.of("168.63.129.16"), // the platform of a large cloud, metadata among it
          Block.of("169.254.0.0/16"), // link-local, where most clouds have their metadata
          Block.of("172.16.0.0/12"),
          Block.of("192.0.0.0/24"),
          Block.of("192.0.2.0/24"), // documentation
          Block.of("192.88.99.0/24"), // 6to4 relays
          Block.of("192.168.0.0/16"),
          Block.of("198.18.0.0/15"), // benchmarks
          Block.of("198.51.100.0/24"), // documentation
          Block.of("203.0.113.0/24"), // documentation
          Block.of("224.0.0.0/4"), // multicast
          Block.of("240.0.0.0/4"), // reserved, broadcast
          Block.of("2001::/23"), // Teredo and other assignments that carry other addresses
          Block.of("2001:db8::/32"), // documentation
          Block.of("2002::/16"), // 6to4, which carries IPv4 addresses
          Block.of("3fff::/20")); // documentation

  /** All of IPv6 that is assigned to the public; mapped, translated, local ones lie outside it. */
  private static final Block GLOBAL_UNICAST = Block.of("2000::/3");

  /** Whether {@code address} is on the public internet, and nowhere else. */
  public static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 16 && !GLOBAL_UNICAST.contains(address)) {
      return false;
    }
    return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
  }

  /**
   * The address that {@code text} is: four decimal numbers, or IPv6 without brackets and zone. No
   * other way to write an IPv4 address is understood, and nothing is ever looked up.
   */
  public static Optional<InetAddress> parse(String text) {
    if (text.indexOf(':') >= 0) {
      return parseSix(text);
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      String part = parts[i];
      boolean decimal =
          !part.isEmpty()
              && part.length() <= 3
              && part.chars().allMatch(c -> Tokens.isDigit((char) c))
              && (part.length() == 1 || part.charAt(0) != '0');
      int value = decimal ? Integer.parseInt(part) : 256;
      if (value > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(address(bytes));
  }

  private static Optional<InetAddress> parseSix(String text) {
    boolean may =
        text.chars()
            .allMatch(c -> (c < 0x80 && Character.digit(c, 16) >= 0) || c == ':' || c == '.');
    if (!may || text.length() > 45) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** Addresses with a common beginning. */
  record Block(InetAddress base, int prefixBits) {

    /**
     * The block {@code 10.0.0.0/8}, or of a single address {@code 10.1.2.3}.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Block of(String text) {
      return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    static Optional<Block> parse(String text) {
      int slash = text.indexOf('/');
      Optional<InetAddress> base = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
      if (base.isEmpty()) {
        return Optional.empty();
      }
      int all = base.get().getAddress().length * 8;
      if (slash < 0) {
        return Optional.of(new Block(base.get(), all));
      }
      String bits = text.substring(slash + 1);
      boolean digits =
          !bits.isEmpty()
              && bits.length() <= 3
              && bits.chars().allMatch(c -> Tokens.isDigit((char) c));
      return digits && Integer.parseInt(bits) <= all
          ? Optional.of(new Block(base.get(), Integer.parseInt(bits)))
          : Optional.empty();
    }

    boolean contains(InetAddress address) {
      byte[] mine = base.getAddress();
      byte[] other = address.getAddress();
      if (mine.length != other.length) {
        return false;
      }
      int whole = prefixBits / 8;
      if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
        return false;
      }
      int rest = prefixBits % 8;
      return rest == 0 || ((mine[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    @Override
    public String toString() {
      return base.getHostAddress() + "/" + prefixBits;
    }
  }
}
