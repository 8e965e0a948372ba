package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import dev.bourse.server.access.Role;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bourse keys}, which does nothing without a subcommand. */
@Command(
    name = "keys",
    description = {
      "Look after the keys of a server's tenants: in its data folder or, with --server, by asking"
          + " it.",
      "",
      "A server that runs sees what is changed in its folder with the next call."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private KeysCommand() {}

  /** The command with its subcommands. */
  public static CommandLine create(Streams streams) {
    CommandLine commandLine = new CommandLine(new KeysCommand());
    for (Object command :
        List.of(
            new Create(streams), new ListKeys(streams), new Rotate(streams), new Revoke(streams))) {
      commandLine.addSubcommand(command);
    }
    return commandLine;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  private static int tell(Streams streams, Keys.Made made) {
    Keys.Key key = made.key();
    streams.error(
        "bourse: key %s of tenant %s, role %s; this is the only time that it is shown:"
            .formatted(key.id(), key.tenant(), key.role()));
    streams.print(made.secret() + "\n");
    streams.flush();
    return ExitCode.OK;
  }

  /** {@code bourse keys create}. */
  @Command(name = "create", description = "Make a key, and print its secret.")
  static final class Create implements Callable<Integer> {
    private final Streams streams;

    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "NAME",
        description = "Whose processes, snapshots and programs it opens.")
    private String tenant = "";

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        description =
            "use, deploy (also programs) or administer (also keys and other tenants). Default:"
                + " use.")
    private String role = "use";

    @Option(names = "--note", paramLabel = "TEXT", description = "What you want to remember.")
    private String note = "";

    @Mixin private KeysOption where = new KeysOption();

    Create(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      Role wanted =
          Role.byKey(role.toLowerCase(Locale.ROOT))
              .orElseThrow(
                  () ->
                      CommandException.usage(
                          "--role is '%s', expected one of use, deploy, administer"
                              .formatted(role)));
      return tell(streams, where.use(keys -> keys.create(tenant, wanted, note)));
    }
  }

  /** {@code bourse keys list}. */
  @Command(name = "list", description = "List the keys, without their secrets.")
  static final class ListKeys implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only those of this tenant.")
    private @Nullable String tenant;

    @Mixin private KeysOption where = new KeysOption();

    ListKeys(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      List<Keys.Key> keys =
          where.use(Keys::list).stream()
              .filter(key -> tenant == null || key.tenant().equals(tenant))
              .toList();
      if (keys.isEmpty()) {
        streams.error("bourse: there are no keys; bourse keys create makes one");
      }
      new Table<Keys.Key>()
          .text("ID", Keys.Key::id)
          .text("TENANT", Keys.Key::tenant)
          .text("ROLE", Keys.Key::role)
          .text("CREATED", key -> key.created().toString())
          .text("REVOKED", key -> key.revoked().map(Object::toString).orElse(""))
          .text("NOTE", Keys.Key::note)
          .lines(keys)
          .forEach(line -> streams.print(line + "\n"));
      streams.flush();
      return ExitCode.OK;
    }
  }

  /** {@code bourse keys rotate}. */
  @Command(
      name = "rotate",
      description = "Make a key of the same tenant and role, and revoke the old one.")
  static final class Rotate implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "ID", description = "The key, as bourse keys list shows it.")
    private String id = "";

    @Mixin private KeysOption where = new KeysOption();

    Rotate(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      return tell(streams, where.use(keys -> keys.rotate(id)));
    }
  }

  /** {@code bourse keys revoke}. */
  @Command(name = "revoke", description = "Have a key open nothing any more.")
  static final class Revoke implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "ID", description = "The key, as bourse keys list shows it.")
    private String id = "";

    @Mixin private KeysOption where = new KeysOption();

    Revoke(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() {
      Keys.Key key = where.use(keys -> keys.revoke(id));
      streams.error(
          "bourse: key %s of tenant %s opens nothing any more".formatted(key.id(), key.tenant()));
      return ExitCode.OK;
    }
  }
}
