package dev.bourse.kv.snapshot;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * A snapshot of a user. Names are any text up to {@link #BYTES_MAX} bytes of UTF-8, told apart
 * exactly; users as well, but without a slash, so that {@code @user/name} is one thing only.
 *
 * @param user whose snapshot it is
 * @param name the name among that user's snapshots
 */
public record SnapshotName(String user, String name) implements Comparable<SnapshotName> {
  /** Bytes of UTF-8 a user or a name may have. */
  public static final int BYTES_MAX = 128;

  private static final Comparator<SnapshotName> ORDER =
      Comparator.comparing(SnapshotName::user).thenComparing(SnapshotName::name);

  /**
   * @throws IllegalArgumentException with the reason, if the user or the name is not one
   */
  public SnapshotName {
    require("user", user);
    require("snapshot name", name);
    if (user.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "the user '" + user + "' has a slash, which would make @user/name ambiguous");
    }
  }

  /**
   * What {@code text} means when {@code user} says it: {@code @owner/name} is another user's
   * snapshot, anything else one of the user's own.
   *
   * @throws IllegalArgumentException with the reason, if it is not a name
   */
  public static SnapshotName parse(String user, String text) {
    int slash = text.indexOf('/');
    return text.startsWith("@") && slash > 0
        ? new SnapshotName(text.substring(1, slash), text.substring(slash + 1))
        : new SnapshotName(user, text);
  }

  @Override
  public int compareTo(SnapshotName other) {
    return ORDER.compare(this, other);
  }

  /** {@code @user/name}. */
  @Override
  public String toString() {
    return "@" + user + "/" + name;
  }

  /** Checks a user's name alone. */
  static void requireUser(String user) {
    new SnapshotName(user, "any");
  }

  private static void require(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a " + what + " must not be empty");
    }
    int bytes = utf8Bytes(what, text);
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a " + what + " of " + bytes + " bytes is too long: the limit is " + BYTES_MAX);
    }
    if (text.charAt(0) == '@') {
      throw new IllegalArgumentException(
          "the " + what + " '" + text + "' begins with '@', which is kept for @user/name");
    }
    text.codePoints()
        .filter(Character::isISOControl)
        .findFirst()
        .ifPresent(
            control -> {
              throw new IllegalArgumentException(
                  "the %s has the control character U+%04X".formatted(what, control));
            });
  }

  private static int utf8Bytes(String what, String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the " + what + " is not valid Unicode", e);
    }
  }
}
