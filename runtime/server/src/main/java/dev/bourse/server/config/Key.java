package dev.bourse.server.config;

import java.util.List;

/**
 * A key of the configuration.
 *
 * @param name in its table
 * @param kind what it may be
 * @param standard what it is unless something else is said
 * @param about lines that say what it is for
 */
record Key<T>(String name, Kind<T> kind, T standard, List<String> about) {
  Key {
    about = List.copyOf(about);
  }

  static <T> Key<T> of(String name, Kind<T> kind, T standard, String... about) {
    return new Key<>(name, kind, standard, List.of(about));
  }

  /** The line of a file that gives it a value. */
  String line(T value) {
    return name + " = " + kind.toml(value);
  }

  /** The line of a file that says what is so anyway. */
  String standardLine() {
    return line(standard);
  }
}
