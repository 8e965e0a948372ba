package dev.bourse.kv.snapshot;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * File names for any text: readable where that is possible, and the same on file systems that
 * ignore case or compose accents. Lower-case letters, digits, {@code -}, {@code _} and, inside,
 * {@code .} stand for themselves; any other byte of the UTF-8 is {@code %} and two digits. What
 * gets too long that way is {@code =} and all bytes as one number to the base 32.
 */
final class FileNames {
  private FileNames() {}

  /** Characters of an escaped name: room for a suffix in the 255 that file systems allow. */
  private static final int ESCAPED_MAX = 200;

  /** Names that stand for devices on one system, whatever their suffix. */
  private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

  private static final HexFormat HEX = HexFormat.of();

  /** The file name of a text that is not empty and does not begin with a zero byte. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean device = DEVICE.matcher(text).matches();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      boolean edge = i == 0 || i == bytes.length - 1;
      if (isPlain(bytes[i], edge) && !(device && i == 0)) {
        name.append((char) bytes[i]);
      } else {
        name.append('%').append(HEX.toHexDigits(bytes[i]));
      }
    }
    return name.length() <= ESCAPED_MAX
        ? name.toString()
        : "=" + new BigInteger(1, bytes).toString(32);
  }

  /** The text whose file name this is, if it is one. */
  static Optional<String> decode(String name) {
    try {
      byte[] bytes = name.startsWith("=") ? number(name.substring(1)) : unescape(name);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return encode(text).equals(name) ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isPlain(byte b, boolean edge) {
    return (b >= 'a' && b <= 'z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '_'
        || (b == '.' && !edge);
  }

  private static byte[] unescape(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%') {
        if (i + 3 > name.length()) {
          throw new IllegalArgumentException("cut after '%'");
        }
        bytes.write(HexFormat.fromHexDigits(name, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] number(String digits) {
    byte[] bytes = new BigInteger(digits, 32).toByteArray();
    // A number whose first bit is set has a zero byte for its sign in front.
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
