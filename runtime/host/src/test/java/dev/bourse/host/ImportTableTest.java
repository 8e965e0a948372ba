package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.ImportModule.HostCall;
import dev.bourse.host.abi.Imports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The host's functions against the table of every function a guest may import. */
class ImportTableTest {
  /**
   * Interfaces and functions that are not served yet; a module that needs them is refused when
   * loaded.
   */
  private static final Set<String> LATER =
      Set.of(
          "pie:core/adapter",
          "pie:core/messaging",
          "pie:core/media",
          "pie:core/audio-out",
          "pie:instruct/tool-use",
          "pie:instruct/reasoning",
          "pie:mcp/client",
          "pie:zo/zo",
          "pie:core/session send-file",
          "pie:core/session receive-file",
          "pie:core/runtime launch",
          "pie:core/runtime [method]child.pollable",
          "pie:core/runtime [method]child.get",
          "pie:core/runtime [method]child.pid",
          "pie:core/runtime [method]child.cancel",
          "pie:core/runtime [resource-drop]child",
          "pie:core/inference [method]forward-pass.input-image",
          "pie:core/inference [method]forward-pass.input-audio",
          "pie:core/inference [method]forward-pass.adapter",
          "pie:core/inference [static]grammar.from-json-schema",
          "pie:core/inference [static]grammar.json",
          "pie:core/inference [static]grammar.from-regex",
          "pie:core/inference [static]grammar.from-ebnf",
          "pie:core/inference [method]grammar.to-string",
          "pie:core/inference [constructor]matcher",
          "pie:core/inference [method]matcher.accept-tokens",
          "pie:core/inference [method]matcher.next-token-logit-mask",
          "pie:core/inference [method]matcher.is-terminated",
          "pie:core/inference [method]matcher.reset",
          "pie:core/inference [resource-drop]grammar",
          "pie:core/inference [resource-drop]matcher");

  private final Imports imports = new Imports(StandardImports::make, List.of());

  @Test
  void everyFunctionHasTheSignatureThatGuestsImportItWith() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String line : table()) {
      String[] columns = line.split("\t", -1);
      Optional<HostCall> call = imports.find(columns[0], columns[1]);
      if (call.isEmpty()) {
        if (!LATER.contains(columns[0]) && !LATER.contains(columns[0] + " " + columns[1])) {
          missing.add(columns[0] + " " + columns[1]);
        }
        continue;
      }
      if (!types(columns[2]).equals(call.get().parameters())
          || !types(columns[3]).equals(call.get().results())) {
        wrong.add(line + " is provided as " + call.get());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(missing).isEmpty();
  }

  @Test
  void everyModuleIsMadeUnderItsOwnName() throws IOException {
    for (String line : table()) {
      String name = line.substring(0, line.indexOf('\t'));
      StandardImports.make(name).ifPresent(module -> assertThat(module.name()).isEqualTo(name));
    }
  }

  private static List<CoreType> types(String column) {
    return Arrays.stream(column.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(word -> CoreType.valueOf(word.toUpperCase(java.util.Locale.ROOT)))
        .toList();
  }

  private static List<String> table() throws IOException {
    Path file = Path.of("../../../shared/abi/imports.tsv");
    assumeTrue(Files.exists(file), "needs " + file.toAbsolutePath().normalize());
    List<String> lines = Files.readAllLines(file);
    return lines.subList(1, lines.size());
  }
}
