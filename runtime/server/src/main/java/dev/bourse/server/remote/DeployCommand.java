package dev.bourse.server.remote;

import dev.bourse.host.program.ProgramFile;
import dev.bourse.proto.v1.DeployResponse;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Inferlets;
import dev.bourse.server.Streams;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse deploy}. */
@Command(
    name = "deploy",
    description = "Bring a program to a server, under the name and version of its manifest.")
public final class DeployCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(
      paramLabel = "FILE.wasm|DIR/",
      description = "A module with inferlet.toml beside it, or the folder of one.")
  private String file = "";

  @Option(
      names = "--replace",
      description = "Take the place of another program of that name and version.")
  private boolean replace;

  @Mixin private ServerOption server = new ServerOption();

  public DeployCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    ProgramFile program = Inferlets.file(file);
    String manifest =
        program
            .toml()
            .orElseThrow(
                () ->
                    CommandException.usage(
                        file
                            + " has no inferlet.toml beside it, which says its name and version;"
                            + " bourse new shows one"));
    DeployResponse deployed =
        server.use(client -> client.deploy(manifest, program.wasm(), replace));
    streams.error(
        "bourse: %s@%s %s"
            .formatted(
                deployed.getProgram().getName(),
                deployed.getProgram().getVersion(),
                deployed.getCreated() ? "is deployed" : "was there already, or is replaced"));
    return ExitCode.OK;
  }
}
