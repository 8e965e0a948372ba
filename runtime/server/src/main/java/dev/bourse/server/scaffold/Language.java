package dev.bourse.server.scaffold;

import java.util.List;
import java.util.Locale;

/** The languages that there is a project for: the guests of {@code examples/guests}. */
enum Language {
  JAVA,
  RUST,
  C,
  ASSEMBLYSCRIPT,
  WAT;

  /** As it is written on a command line, and the name of its folder. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What its project has beside a manifest, a build script and a README. */
  List<String> sources() {
    return switch (this) {
      case JAVA -> List.of("src/guest/Guest.java");
      case RUST -> List.of("Cargo.toml", "src/lib.rs", "src/bourse.rs");
      case C -> List.of("guest.c", "bourse.h");
      case ASSEMBLYSCRIPT -> List.of("guest.ts", "bourse.ts", "package.json");
      case WAT -> List.of("guest.wat");
    };
  }

  @Override
  public String toString() {
    return word();
  }
}
