package dev.bourse.server.programs;

import dev.bourse.host.process.Limit;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.Programs;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Inferlets;
import dev.bourse.server.ManifestHelp;
import dev.bourse.server.ProgramOptions;
import dev.bourse.server.Streams;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse program show}. */
@Command(name = "show", description = "Show what a program is and takes.")
final class ShowCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ProgramOptions options = new ProgramOptions();

  @Parameters(
      paramLabel = "NAME[@RANGE]",
      description = "A program, and which versions will do: 1.2.3, ^1.2, ~1.2, '>=1 <2', latest.")
  private String reference = "";

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Programs programs = options.programs();
    Programs.Version version = Inferlets.attempt(() -> programs.find(reference));
    InferletPackage program = Inferlets.attempt(() -> programs.load(version));
    Manifest manifest = program.manifest().orElseThrow();
    streams.println("%s: %s".formatted(version, manifest.description()));
    line("from", version.builtIn() ? "ships with Bourse" : options.folder().toString());
    line("module", "%,d bytes, sha256 %s".formatted(program.wasm().length, program.sha256()));
    manifest.entry().ifPresent(entry -> line("entry", entry));
    Map<Limit, Long> limits = new TreeMap<>(manifest.limits().changed());
    if (!limits.isEmpty()) {
      line(
          "limits",
          limits.entrySet().stream()
              .map(limit -> limit.getKey().key() + " " + limit.getValue())
              .collect(Collectors.joining(", ")));
    }
    line(
        "versions",
        programs.versions(version.name()).stream()
            .map(Programs.Version::version)
            .collect(Collectors.joining(", ")));
    streams.print(ManifestHelp.parameters(manifest));
    streams.flush();
    return ExitCode.OK;
  }

  private void line(String title, String text) {
    streams.println("  %-13s %s".formatted(title, text));
  }
}
