package dev.bourse.server.chat;

import dev.bourse.host.InferletHost;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.ProgramOptions;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.SnapshotOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.UserFolders;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.market.LiveScreen;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.server.remote.ServerOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse chat}. */
@Command(
    name = "chat",
    description = {
      "Talk to a model, and keep what was said under names.",
      "",
      "The model runs in this program, or on the server that --server or BOURSE_SERVER names. On a"
          + " terminal, /help lists commands; without one, each line of standard input is a turn and"
          + " answers go to standard output.",
      ""
    })
public final class ChatCommand implements Callable<Integer> {
  private final Streams streams;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The session to go on with, or to begin. Default: one without a name.")
  private @Nullable String name;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf|NAME",
      description =
          "The model; with a server, the name of one of its. Any number without a server, the first"
              + " is asked. Default: the embedded one, or the server's default.")
  private List<String> models = List.of();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Instructions for the model, where a conversation begins.")
  private @Nullable String system;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "0 always takes the likeliest word; higher values vary more. Default: 0.")
  private @Nullable Double temperature;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "How long an answer may be. Default: 256.")
  private @Nullable Integer maxTokens;

  @Option(names = "--seed", paramLabel = "N", description = "Makes draws reproducible.")
  private @Nullable Long seed;

  @Mixin private ServerOption server = new ServerOption();

  @Mixin private SnapshotOptions snapshotOptions = new SnapshotOptions();

  @Mixin private ProgramOptions programOptions = new ProgramOptions();

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  public ChatCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (server.isGiven()) {
      return server.use(
          client -> {
            Conversations there = new RemoteConversations(client, server);
            return chat(there, models.isEmpty() ? there.models().getFirst() : models.getFirst());
          });
    }
    engineOptions.check();
    Caller caller = new Caller(snapshotOptions.user(), Role.ADMINISTER, Caller.NO_KEY);
    ProgramShelf programs = new ProgramShelf(programOptions.place(), Optional.empty());
    try (SnapshotFolder snapshots = new SnapshotFolder(snapshotOptions::folder);
        Engines engines =
            Engines.start(
                models.isEmpty() ? List.of(ModelFiles.DEMO) : models, engineOptions, snapshots);
        InferletHost host =
            new InferletHost(
                engines.all(),
                UserFolders.programs(),
                engineOptions.host().withPrograms(programs::of));
        Node node =
            new Node(
                engines,
                host,
                programs,
                NodeSettings.DEFAULT.withMounts(engineOptions.mounts()),
                AuditLog.none())) {
      return chat(new EmbeddedConversations(node, caller), engines.all().getFirst().name());
    }
  }

  private int chat(Conversations conversations, String model) {
    try (Talk talk = new Talk(conversations, model)) {
      if (server.isGiven() && !models.isEmpty()) {
        talk.model(model);
      }
      if (temperature != null) {
        talk.temperature(temperature);
      }
      if (maxTokens != null) {
        talk.maxTokens(maxTokens);
      }
      if (seed != null) {
        talk.seed(seed);
      }
      if (system != null) {
        talk.system(system);
      }
      return LiveScreen.isTerminal() ? onTerminal(conversations, talk) : piped(conversations, talk);
    }
  }

  private int piped(Conversations conversations, Talk talk) {
    PipedChat chat = new PipedChat(streams);
    Dialogue dialogue = new Dialogue(conversations, talk, chat);
    begin(dialogue, talk);
    AtomicBoolean interrupted = new AtomicBoolean();
    Interrupts.onFirst(
        () -> {
          interrupted.set(true);
          boolean _ = talk.interrupt();
        });
    int exitCode = chat.run(dialogue, interrupted::get);
    return interrupted.get() ? ExitCode.INTERRUPTED : exitCode;
  }

  private int onTerminal(Conversations conversations, Talk talk) {
    try (Terminal terminal =
        TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build()) {
      TerminalChat chat =
          new TerminalChat(
              terminal,
              history(),
              () -> conversations.kept().stream().map(Conversations.Kept::name).toList());
      chat.note(
          "%s, %s; /help lists commands, Ctrl-D leaves"
              .formatted(talk.model(), conversations.place()));
      Dialogue dialogue = new Dialogue(conversations, talk, chat);
      begin(dialogue, talk);
      return chat.run(dialogue, talk);
    } catch (IOException e) {
      throw CommandException.failed("the terminal cannot be used: " + e.getMessage());
    }
  }

  private void begin(Dialogue dialogue, Talk talk) {
    if (name != null) {
      talk.openOrBegin(name).ifPresent(dialogue::opened);
    }
  }

  /** What was typed may be nobody else's business. */
  private static Optional<Path> history() {
    Optional<Path> file = UserFolders.chatHistory();
    if (file.isEmpty()) {
      return file;
    }
    try {
      Files.createDirectories(file.get().resolveSibling(""));
      if (Files.getFileStore(file.get().resolveSibling("")).supportsFileAttributeView("posix")) {
        Files.createFile(
            file.get(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (FileAlreadyExistsException e) {
      return file;
    } catch (IOException e) {
      // Without a history one can talk as well.
      return Optional.empty();
    }
    return file;
  }
}
