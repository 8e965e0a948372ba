package dev.bourse.host;

import static dev.bourse.host.TestHosts.guest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.abi.Imports;
import dev.bourse.host.process.Limit;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramLoader;
import dev.bourse.host.program.WasmProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be loaded, what is refused and how, and what is kept. */
class ProgramLoaderTest {
  private final Imports imports = new Imports(StandardImports::make, List.of());
  private final ProgramLoader loader = new ProgramLoader(imports, Optional.empty());

  private void refused(byte[] wasm, String message) {
    assertThatThrownBy(() -> loader.load("x.wasm", wasm, Execution.COMPILED))
        .isInstanceOf(ProgramException.class)
        .hasMessageStartingWith("x.wasm: ")
        .hasMessageContaining(message);
  }

  @Test
  void bytesThatAreNoModuleAreRefused() {
    refused(new byte[0], "it has 0 bytes");
    refused(
        "GIF89a.....".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "it starts with 47 49 46 38");
    refused(new byte[] {0, 'a', 's', 'm', 2, 0, 0, 0}, "has WebAssembly version 02 00 00 00");
    refused(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0}, "is a component without a core module");
  }

  @Test
  void aModuleBeyondItsLimitIsRefusedBeforeItIsParsed() {
    refused(
        new byte[(int) Limit.MODULE_BYTES.defaultMax() + 1],
        "limit module-bytes exceeded: 33554433, allowed 33554432");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> loader.load(Path.of("no/such.wasm"), Execution.COMPILED))
        .isInstanceOf(ProgramException.class)
        .hasMessageStartingWith("no/such.wasm: cannot be read");
  }

  @Test
  void everyMissingImportIsListed() {
    refused(
        guest("")
            .imports("env", "printf", "i32", "i32")
            .imports("pie:core/nothing", "[method]no.such", "i32", "")
            .build(),
        "needs imports that this host does not provide: env printf, pie:core/nothing"
            + " [method]no.such");
  }

  @Test
  void anImportOfTheWrongTypeIsRefused() {
    refused(
        guest("").imports("bourse:entry", "input-length", "i32", "").build(),
        "imports bourse:entry input-length as");
  }

  @Test
  void aModuleThatIsNoInferletIsToldWhatToExport() {
    refused(
        new Wasm().function("main", "", "", "").build(),
        "it exports neither <package>/run#run, nor __run, nor wasi:http/incoming-handler#handle,"
            + " nor _start (exported functions: main)");
    refused(new Wasm().function("__run", "i32", "", "").build(), "exports __run as");
    refused(
        new Wasm().function("wasi:http/incoming-handler@0.2.0#handle", "i32", "", "").build(),
        "exports wasi:http/incoming-handler@0.2.0#handle as");
  }

  private static InferletPackage withManifest(String capabilities, Wasm module) {
    String toml = "name = \"p\"\nversion = \"1.0.0\"\ndescription = \"D.\"\n" + capabilities;
    return new InferletPackage("p", Optional.of(Manifest.parse("m", toml)), module.build());
  }

  @Test
  void whatIsImportedMustBeStated() {
    Wasm module =
        guest("")
            .imports("pie:core/context", "[method]context.save", "i32 i32 i32 i32", "")
            .imports("pie:core/context", "[static]context.create", "i32 i32", "");
    assertThatThrownBy(() -> loader.load(withManifest("", module), Execution.INTERPRETED))
        .isInstanceOf(ProgramException.class)
        .hasMessage(
            "p: imports pie:core/context [method]context.save, which takes the capability snapshots;"
                + " give its inferlet.toml the line capabilities = [\"snapshots\"]");
    assertThatThrownBy(
            () ->
                loader.load(
                    withManifest("capabilities = [\"files\"]\n", module), Execution.INTERPRETED))
        .hasMessageEndingWith("the line capabilities = [\"files\", \"snapshots\"]");
    String line = "capabilities = [\"snapshots\"]\n";
    assertThat(loader.load(withManifest(line, module), Execution.INTERPRETED).name())
        .isEqualTo("p");
    InferletPackage bare = new InferletPackage("p", Optional.empty(), module.build());
    assertThat(loader.load(bare, Execution.INTERPRETED).name()).isEqualTo("p");
  }

  @Test
  void theSameBytesAreLoadedOnce() {
    byte[] wasm = guest("").build();
    WasmProgram first = loader.load("a", wasm, Execution.COMPILED);
    WasmProgram second = loader.load("b", wasm.clone(), Execution.COMPILED);
    assertThat(second.module()).isSameAs(first.module());
    assertThat(List.of(first.name(), second.name())).containsExactly("a", "b");
    assertThat(first.sha256()).hasSize(64).isEqualTo(second.sha256());
  }

  @Test
  void compiledProgramsAreKeptOnDiskAndDamagedOnesMadeAgain(@TempDir Path directory)
      throws IOException {
    Path cache = directory.resolve("code");
    byte[] wasm = guest("").build();
    assertThat(load(cache, wasm)).isEqualTo(Execution.COMPILED);
    Path entry;
    try (Stream<Path> files = Files.list(cache)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      entry = all.getFirst();
    }
    byte[] good = Files.readAllBytes(entry);
    assertThat(load(cache, wasm)).isEqualTo(Execution.COMPILED);

    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    for (byte[] bad : List.of(flipped, new byte[5], java.util.Arrays.copyOf(good, 100))) {
      Files.write(entry, bad);
      assertThat(load(cache, wasm)).isEqualTo(Execution.COMPILED);
      assertThat(Files.size(entry)).isEqualTo(good.length);
    }
  }

  private Execution load(Path cache, byte[] wasm) {
    return new ProgramLoader(imports, Optional.of(cache))
        .load("x", wasm, Execution.COMPILED)
        .execution();
  }
}
