package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.model.Model;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest in Rust whose tasks wait together, by an executor over {@code wasi:io/poll}: two timers
 * and two forward passes.
 */
class AsyncGuestTest {
  private static final Path SOURCE = Path.of("src/test/resources/guests/reactor");
  private static final Path STANDARD_LIBRARY = Path.of("/usr/lib/rustlib/src/rust/library/vendor");

  /** Its committed module. */
  private static byte[] module() throws Exception {
    try (InputStream in = AsyncGuestTest.class.getResourceAsStream("/guests/reactor.wasm")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static void runs(byte[] wasm, Execution execution) throws Exception {
    try (Model model = TestModel.load();
        Engine engine = Engine.start(model, EngineConfig.defaults(1024));
        InferletHost host =
            new InferletHost(
                List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
                Optional.empty())) {
      String result = TestHosts.result(TestHosts.run(host, wasm, execution, Limits.DEFAULT));
      String[] words = result.split(" ", -1);
      assertThat(words).as(result).hasSize(5);
      assertThat(List.of(words[0], words[1])).containsExactly("early", "late");
      assertThat(words[2]).matches("\\d+").isEqualTo(words[3]);
      assertThat(words[4]).isEqualTo("waited");
      AbiHost.untilZero("pages in use", () -> engine.pageUse().pages() - engine.pageUse().free());
    }
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void tasksOfAnExecutorWaitTogether(Execution execution) throws Exception {
    runs(module(), execution);
  }

  @Test
  void theSourceBuildsWhatIsCommitted(@TempDir Path folder) throws Exception {
    assumeTrue(
        Boolean.getBoolean("bourse.guests.build") && Files.isDirectory(STANDARD_LIBRARY),
        "takes minutes, -Dbourse.guests.build=true; and needs Debian's rust-web-src");
    Path source = folder.resolve("reactor");
    Files.createDirectories(source.resolve("src"));
    for (String file :
        List.of("Cargo.toml", "build.sh", "src/lib.rs", "src/abi.rs", "src/reactor.rs")) {
      Files.copy(SOURCE.resolve(file), source.resolve(file));
    }
    Path log = folder.resolve("log");
    Process build =
        new ProcessBuilder("sh", source.resolve("build.sh").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(build.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(build.exitValue()).as(Files.readString(log)).isZero();
    runs(Files.readAllBytes(folder.resolve("reactor.wasm")), Execution.COMPILED);
  }
}
