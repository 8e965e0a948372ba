package dev.bourse.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code bourse}, which does nothing without a subcommand. */
@Command(
    name = "bourse",
    description = "Runs inferlets: small WebAssembly programs that live next to a language model.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  bourse run text-completion --prompt \"What is the capital of France?\""
    })
final class Bourse implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--debug", hidden = true, scope = ScopeType.INHERIT)
  private boolean debug;

  /** Whether errors come with their stack traces. */
  boolean debug() {
    return debug || System.getenv("BOURSE_DEBUG") != null;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? See bourse --help");
  }
}
