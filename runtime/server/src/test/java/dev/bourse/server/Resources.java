package dev.bourse.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that tests use, from the class path. */
public final class Resources {
  private Resources() {}

  /** The bytes of {@code name}. */
  public static byte[] bytes(String name) {
    try (InputStream in = Resources.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
