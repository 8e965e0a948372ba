package dev.bourse.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.InferletHost;
import dev.bourse.host.program.BuiltIns;
import dev.bourse.host.program.Execution;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ships is compiled already. */
class BuiltInCodeTest {
  @Test
  void nobodyCompilesWhatShips(@TempDir Path folder) {
    Path cache = folder.resolve("cache");
    try (InferletHost host = new InferletHost(List.of(), Optional.of(cache))) {
      assertThat(BuiltIns.names()).isNotEmpty();
      for (String name : BuiltIns.names()) {
        var program = host.programs().load(BuiltIns.find(name).orElseThrow(), Execution.COMPILED);
        assertThat(program.name()).isEqualTo(name);
      }
    }
    // What the host had to compile it would have kept here.
    assertThat(cache).doesNotExist();
  }
}
