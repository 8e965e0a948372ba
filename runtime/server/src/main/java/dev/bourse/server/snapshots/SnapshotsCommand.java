package dev.bourse.server.snapshots;

import dev.bourse.server.Streams;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bourse snapshots}, which does nothing without a subcommand. */
@Command(
    name = "snapshots",
    description = {
      "Look after snapshots: contexts that inferlets saved under a name.",
      "",
      "A name is one of the user's (--user), or @owner/name."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class SnapshotsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private SnapshotsCommand() {}

  /** The command with its subcommands. */
  public static CommandLine create(Streams streams) {
    CommandLine commandLine = new CommandLine(new SnapshotsCommand());
    for (Object command :
        List.of(
            new ListCommand(streams),
            new ShowCommand(streams),
            new RemoveCommand(streams),
            new ExportCommand(streams),
            new ImportCommand(streams),
            new RenameCommand(),
            new GrantCommand(),
            new RevokeCommand(),
            new CollectCommand(streams))) {
      commandLine.addSubcommand(command);
    }
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
