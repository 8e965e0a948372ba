package dev.bourse.host.process;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A folder of the host that an inferlet with the capability {@code files} can read.
 *
 * @param guestPath where the inferlet finds it, {@code /name}
 * @param folder the host's folder; what links inside it point to outside stays out of reach
 */
public record Mount(String guestPath, Path folder) {
  private static final Pattern GUEST_PATH = Pattern.compile("/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  /**
   * @throws IllegalArgumentException when {@code guestPath} is not a slash and a plain name
   */
  public Mount {
    if (!GUEST_PATH.matcher(guestPath).matches()) {
      throw new IllegalArgumentException(
          "a folder cannot be mounted at \"%s\": write a slash and a name of letters, digits, dots,"
                  .formatted(guestPath)
              + " dashes and underscores");
    }
  }
}
