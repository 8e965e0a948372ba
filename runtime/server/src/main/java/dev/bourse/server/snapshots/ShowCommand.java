package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.server.ExitCode;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.remote.ServerOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse snapshots show}. */
@Command(
    name = "show",
    description = {
      "Show everything about a snapshot.",
      "",
      "Its text is shown if the model that it was computed with is the embedded one, or is given. A"
          + " server tells no more than what a list shows."
    })
final class ShowCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private SnapshotOptions options = new SnapshotOptions();

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "NAME", description = "The snapshot.")
  private String name = "";

  @Option(names = "--json", description = "Write one JSON object, with every token.")
  private boolean json;

  @Option(
      names = "--verify",
      description = "Read every page and check it; exit code 3 if one is damaged.")
  private boolean verify;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf",
      description = "The model it was computed with.")
  private @Nullable String model;

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (server.isAsked("--json")) {
      SnapshotEntry there = server.use(client -> new RemoteSnapshots(client).snapshot(name));
      if (json) {
        streams.println(JsonMapper.shared().writeValueAsString(there));
      } else {
        new DetailsText(streams).print(there);
      }
      return ExitCode.OK;
    }
    SnapshotName snapshot = options.name(name);
    return Folder.use(
        options,
        store -> {
          SnapshotDetails details = SnapshotDetails.of(store, Folder.describe(store, snapshot));
          if (details.manifest().isPresent()) {
            details = details.withText(TokenText.of(details.manifest().get(), model));
            if (verify) {
              details =
                  details.withVerification(
                      Verification.of(name, store.open(snapshot).pages(), streams));
            }
          }
          if (json) {
            streams.println(JsonMapper.shared().writeValueAsString(details));
          } else {
            new DetailsText(streams).print(details);
          }
          return exitCode(details);
        });
  }

  private static int exitCode(SnapshotDetails details) {
    Optional<Verification> verification = details.verification();
    boolean damaged =
        details.manifest().isEmpty()
            || (verification.isPresent() && !verification.get().damaged().isEmpty());
    return damaged ? ExitCode.BAD_FILE : ExitCode.OK;
  }
}
