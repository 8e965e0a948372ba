package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Workload;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Workloads as TOML files: those that ship, and a user's own. */
final class WorkloadFiles {
  /** Those that ship, in the order of the report. */
  static final List<String> NAMES =
      List.of(
          "pages-overloaded",
          "one-sends-half",
          "loads",
          "nothing-to-spend",
          "shared-prefixes",
          "a-liar",
          "hostile");

  private static final String SUFFIX = ".toml";

  private WorkloadFiles() {}

  /** The workload of a name that ships, or of a file. */
  static Workload open(String nameOrFile) {
    if (NAMES.contains(nameOrFile)) {
      return shipped(nameOrFile);
    }
    if (!nameOrFile.endsWith(SUFFIX)) {
      throw CommandException.usage(
          "there is no workload \"%s\": name one of %s, or a file that ends in %s"
              .formatted(nameOrFile, String.join(", ", NAMES), SUFFIX));
    }
    Path file = ModelFiles.path(nameOrFile);
    try {
      return parse(nameOrFile, Files.readString(file));
    } catch (IOException e) {
      throw CommandException.badFile(
          "%s: cannot be read: %s".formatted(nameOrFile, e.getMessage()), e);
    }
  }

  private static String text(String name) {
    try (InputStream in = WorkloadFiles.class.getResourceAsStream("/workloads/" + name + SUFFIX)) {
      if (in == null) {
        throw new IllegalStateException("the workload " + name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a workload that ships, or the names of those that do. */
  static String shippedText(String name) {
    if (!NAMES.contains(name)) {
      throw CommandException.usage(
          "there is no workload \"%s\": name one of %s".formatted(name, String.join(", ", NAMES)));
    }
    return text(name);
  }

  static Workload shipped(String name) {
    return parse(name, text(name));
  }

  /** Reads a workload, or says everything that is wrong with it. */
  static Workload parse(String file, String text) {
    JsonNode tree;
    try {
      tree = TomlMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw CommandException.badFile(
          "%s: line %d: %s".formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    }
    RecordReader reader = new RecordReader();
    Workload workload = reader.read(tree, "", Workload.DEFAULT);
    List<String> problems = new ArrayList<>(reader.problems());
    if (problems.isEmpty()) {
      problems.addAll(workload.problems());
    }
    if (!problems.isEmpty()) {
      throw CommandException.badFile("%s: %s".formatted(file, String.join("; ", problems)));
    }
    return workload;
  }
}
