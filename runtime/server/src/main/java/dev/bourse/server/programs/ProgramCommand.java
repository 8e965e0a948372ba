package dev.bourse.server.programs;

import dev.bourse.server.Streams;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bourse program}, which does nothing without a subcommand. */
@Command(
    name = "program",
    description = {
      "Look after programs: inferlets that are kept under their name and version.",
      "",
      "bourse run NAME@RANGE runs one, and inferlets launch them by the same words."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class ProgramCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private ProgramCommand() {}

  /** The command with its subcommands. */
  public static CommandLine create(Streams streams) {
    CommandLine commandLine = new CommandLine(new ProgramCommand());
    for (Object command :
        List.of(
            new AddCommand(streams),
            new ListCommand(streams),
            new ShowCommand(streams),
            new RemoveCommand(streams))) {
      commandLine.addSubcommand(command);
    }
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
