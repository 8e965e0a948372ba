package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.host.ImportTable.Row;
import dev.bourse.host.abi.ImportModule.HostCall;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.McpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The host's functions against the table of every function a guest may import. */
class ImportTableTest {
  private final Imports imports =
      new Imports(
          new OutsideImports(
                  new Network(NetworkSettings.DEFAULT),
                  new McpServers(McpSettings.DEFAULT, new Network(NetworkSettings.DEFAULT)))
              ::make,
          List.of());

  @Test
  void everyFunctionHasTheSignatureThatGuestsImportItWith() {
    List<String> wrong = new ArrayList<>();
    List<Row> missing = new ArrayList<>();
    for (Row row : ImportTable.rows()) {
      Optional<HostCall> call = imports.find(row.module(), row.name());
      if (call.isEmpty()) {
        missing.add(row);
        continue;
      }
      if (!row.parameters().equals(call.get().parameters())
          || !row.results().equals(call.get().results())) {
        wrong.add(row + " is provided as " + call.get());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(missing).isEmpty();
  }

  @Test
  void everyModuleIsMadeUnderItsOwnName() {
    for (Row row : ImportTable.rows()) {
      String name = row.module();
      StandardImports.make(name).ifPresent(module -> assertThat(module.name()).isEqualTo(name));
    }
  }

  @Test
  void theCopyOfTheTableIsTheTable() throws IOException {
    Path file = Path.of("../../../shared/abi/imports.tsv");
    assumeTrue(Files.exists(file), "needs " + file.toAbsolutePath().normalize());
    assertThat(ImportTable.text()).isEqualTo(Files.readString(file));
  }
}
