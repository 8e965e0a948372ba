package dev.bourse.server.config;

import dev.bourse.server.Streams;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bourse config}, which does nothing without a subcommand. */
@Command(
    name = "config",
    description = "Look after the configuration: who is served when not all can be.",
    synopsisSubcommandLabel = "COMMAND")
public final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private ConfigCommand() {}

  /** The command with its subcommands. */
  public static CommandLine create(Streams streams) {
    return new CommandLine(new ConfigCommand())
        .addSubcommand(new CheckCommand(streams))
        .addSubcommand(new ShowCommand(streams))
        .addSubcommand(new InitCommand(streams));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
