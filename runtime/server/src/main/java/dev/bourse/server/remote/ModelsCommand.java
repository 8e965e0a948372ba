package dev.bourse.server.remote;

import dev.bourse.proto.v1.Model;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse models}. */
@Command(
    name = "models",
    description = "List the models that a server has, the default first; or change which they are.")
public final class ModelsCommand implements Callable<Integer> {
  private static final int DIGEST = 12;

  private final Streams streams;

  @Mixin private ServerOption server = new ServerOption();

  private ModelsCommand(Streams streams) {
    this.streams = streams;
  }

  /** The command with its subcommands. */
  public static CommandLine create(Streams streams) {
    CommandLine commandLine = new CommandLine(new ModelsCommand(streams));
    commandLine.addSubcommand(new Add(streams));
    commandLine.addSubcommand(new Remove(streams));
    return commandLine;
  }

  @Override
  public Integer call() {
    new Table<Model>()
        .text("NAME", Model::getName)
        .text("FAMILY", Model::getFamily)
        .number("CONTEXT", model -> "%,d".formatted(model.getContextLength()))
        .number("VOCABULARY", model -> "%,d".formatted(model.getVocabulary()))
        .number("MIB", model -> "%,.1f".formatted(model.getWeightBytes() / (double) (1 << 20)))
        .text(
            "DIGEST",
            model -> model.getDigest().substring(0, Math.min(DIGEST, model.getDigest().length())))
        .lines(server.use(client -> client.models()))
        .forEach(streams::println);
    streams.flush();
    return ExitCode.OK;
  }

  /** {@code bourse models add}. */
  @Command(
      name = "add",
      description = {
        "Serve one more model, also after a restart of the server.",
        "",
        "Of the server's files, only those in folders of its --model-folder can be added."
      })
  static final class Add implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
        paramLabel = "FILE",
        description = "The model, by its path in one of those folders.")
    private String file = "";

    @Mixin private ServerOption server = new ServerOption();

    Add(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      Model added =
          server.use(
              client ->
                  client.addModel(
                      file, stage -> streams.error("bourse: %s %s".formatted(stage, file))));
      streams.error("bourse: %s is served".formatted(added.getName()));
      return ExitCode.OK;
    }
  }

  /** {@code bourse models remove}. */
  @Command(
      name = "remove",
      description =
          "Serve a model no longer. A model that the server was started with is back when it is"
              + " started again.")
  static final class Remove implements Callable<Integer> {
    private static final int SECONDS_MAX = 86_400;

    private final Streams streams;

    @Parameters(paramLabel = "NAME", description = "The model, as bourse models shows it.")
    private String name = "";

    @Option(
        names = "--patience",
        paramLabel = "SECONDS",
        description =
            "How long processes that use it may go on; then they find it gone. Default:"
                + " ${DEFAULT-VALUE}.")
    private int seconds = 30;

    @Mixin private ServerOption server = new ServerOption();

    Remove(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      if (seconds < 0 || seconds > SECONDS_MAX) {
        throw CommandException.usage(
            "--patience is %d, but must be from 0 to %d".formatted(seconds, SECONDS_MAX));
      }
      boolean cutOff = server.use(client -> client.removeModel(name, Duration.ofSeconds(seconds)));
      streams.error(
          "bourse: %s is served no more%s"
              .formatted(name, cutOff ? "; processes that used it were cut off" : ""));
      return ExitCode.OK;
    }
  }
}
