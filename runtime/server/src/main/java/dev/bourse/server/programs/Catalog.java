package dev.bourse.server.programs;

import dev.bourse.host.program.Parameter;
import dev.bourse.host.program.ProgramFile;
import java.util.List;
import java.util.Map;

/**
 * Programs by name and version. What is refused is a {@link dev.bourse.server.CommandException}.
 */
interface Catalog {
  /**
   * A version of a program, in a list.
   *
   * @param description what its manifest says; empty if it cannot be read
   * @param problem why it cannot be read, or empty
   */
  record Line(
      String name,
      String version,
      boolean builtIn,
      long bytes,
      String description,
      String problem) {}

  /**
   * All about a version of a program.
   *
   * @param place where it is kept
   * @param bytes of its module
   * @param sha256 of its module, in hexadecimal
   * @param entry what is called to run it; empty if that is not known
   * @param limits that differ from the defaults, by name
   * @param versions that there are, the highest first
   */
  record Details(
      String name,
      String version,
      String description,
      String place,
      long bytes,
      String sha256,
      String entry,
      Map<String, Long> limits,
      List<String> versions,
      List<Parameter> parameters) {}

  /** Every version of every program. */
  List<Line> list();

  /** What {@code NAME[@RANGE]} means. */
  Details show(String reference);

  /**
   * Keeps a program that has a manifest.
   *
   * @param replace whether it may take the place of another of its name and version
   * @return what was there before, in words; empty if nothing
   */
  String add(ProgramFile file, boolean replace);

  /** The versions of a program that were added, the highest first. */
  List<String> added(String name);

  /** Forgets a version that was added. */
  void remove(String name, String version);
}
