package dev.bourse.server.serve;

import dev.bourse.host.HostSettings;
import dev.bourse.host.InferletHost;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.process.ServedModel;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.ProgramOptions;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.SnapshotFolderOption;
import dev.bourse.server.Streams;
import dev.bourse.server.UserFolders;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.apps.Apps;
import dev.bourse.server.dashboard.Dashboard;
import dev.bourse.server.grpc.GrpcServer;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.server.openai.OpenAiApi;
import dev.bourse.server.web.OwnMachine;
import dev.bourse.server.web.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse serve}. */
@Command(
    name = "serve",
    description = {
      "Serve models to many clients until Ctrl-C or SIGTERM.",
      "",
      "Without keys it listens on this machine only, and whoever is on it may do everything."
          + " bourse keys create makes the first key; from then on every client needs one.",
      ""
    })
public final class ServeCommand implements Callable<Integer> {
  private static final int DRAIN_SECONDS_MAX = 86_400;

  /** How long clients may take to hear what processes said last. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private static final HttpServer.Terms HTTP_TERMS =
      new HttpServer.Terms(2_000, Duration.ofSeconds(60));

  private final Streams streams;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf",
      description =
          "A model; any number of them, the first is the default. Default: the embedded one.")
  private List<String> models = List.of(ModelFiles.DEMO);

  @Option(
      names = "--model-folder",
      paramLabel = "DIR",
      description =
          "A folder whose models may be added while the server runs, by bourse models add; any"
              + " number of them. Default: none.")
  private List<String> modelFolders = List.of();

  @Option(
      names = "--grpc",
      paramLabel = "HOST:PORT",
      description = "Where the control plane listens. Default: ${DEFAULT-VALUE}.")
  private String grpc = "127.0.0.1:8421";

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Where HTTP listens: what clients of OpenAI's ask, below /v1/. Default:"
              + " ${DEFAULT-VALUE}.")
  private String http = "127.0.0.1:8420";

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description =
          "How long what runs may go on after the first Ctrl-C or SIGTERM; the second ends the"
              + " server at once. Default: ${DEFAULT-VALUE}.")
  private int drainSeconds = 30;

  @Mixin private DataFolder data = new DataFolder();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private SnapshotFolderOption snapshotFolder = new SnapshotFolderOption();

  @Mixin private ProgramOptions programOptions = new ProgramOptions();

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  public ServeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress grpcAddress = Listen.parse("--grpc", grpc);
    if (drainSeconds < 0 || drainSeconds > DRAIN_SECONDS_MAX) {
      throw CommandException.usage(
          "--drain is %d, but must be from 0 to %d".formatted(drainSeconds, DRAIN_SECONDS_MAX));
    }
    tls.check();
    engineOptions.check();
    Access access = new Access(data.keys());
    requireKeys(access, "--grpc", grpcAddress);
    InetSocketAddress httpAddress = Listen.parse("--http", http);
    requireKeys(access, "--http", httpAddress);
    requireNoTls(httpAddress);
    AddableModels addable = new AddableModels(modelFolders, models);
    AuditLog audit = data.audit();
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onFirstOrTerm(over::countDown);
    ProgramShelf programs = new ProgramShelf(programOptions.place(), Optional.of(data.programs()));
    HostSettings settings = engineOptions.host().withPrograms(programs::of);
    NodeSettings limits = NodeSettings.DEFAULT.withMounts(engineOptions.mounts());
    try (var _ = data.lock();
        SnapshotFolder snapshots = new SnapshotFolder(snapshotFolder::folder);
        ServedEngines engines =
            ServedEngines.start(models, addable, engineOptions, snapshots, data);
        InferletHost host = new InferletHost(engines::all, UserFolders.programs(), settings);
        Node node = new Node(engines, host, programs, limits, audit);
        Dashboard dashboard = new Dashboard(node, access);
        HttpServer web = new HttpServer(httpAddress, HTTP_TERMS, handler(node, access, dashboard));
        GrpcServer control = new GrpcServer(grpcAddress, tls.credentials(), node, access, audit)) {
      say(
          "serving %s"
              .formatted(
                  engines.all().stream().map(ServedModel::name).collect(Collectors.joining(", "))));
      say(
          "gRPC at %s%s"
              .formatted(Listen.text(grpcAddress, control.port()), tls.isOn() ? ", with TLS" : ""));
      say("HTTP at http://%s/v1/".formatted(Listen.text(httpAddress, web.port())));
      if (access.isOpen()) {
        say("no keys: whoever is on this machine may do everything (bourse keys create)");
      }
      over.await();
      drain(node, control, web);
    } catch (IOException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK;
  }

  private static HttpServer.Handler handler(Node node, Access access, Dashboard dashboard) {
    return new OwnMachine(
        access::isOpen,
        new Router()
            .route(Dashboard.PAGE, dashboard)
            .route(Dashboard.PATH, dashboard)
            .handle(Apps.PATH, new Apps(node, access))
            .route(OpenAiApi.PATH, new OpenAiApi(node, access, Clock.systemUTC())));
  }

  /** Who wants the control plane encrypted does not want keys to be sent in the clear. */
  private void requireNoTls(InetSocketAddress address) {
    if (tls.isOn() && !address.getAddress().isLoopbackAddress()) {
      throw CommandException.usage(
          "--http is %s, which others can reach, and HTTP is not encrypted here: listen at 127.0.0.1, behind a proxy that ends TLS"
              .formatted(Listen.text(address, address.getPort())));
    }
  }

  /** Whoever can be reached by others must ask who they are. */
  private static void requireKeys(Access access, String option, InetSocketAddress address) {
    if (access.isOpen() && !address.getAddress().isLoopbackAddress()) {
      throw CommandException.usage(
          ("%s is %s, which others can reach, and there are no keys: make one with"
                  + " bourse keys create --tenant NAME --role administer, or listen at 127.0.0.1")
              .formatted(option, Listen.text(address, address.getPort())));
    }
  }

  private void drain(Node node, GrpcServer control, HttpServer web) throws InterruptedException {
    control.drain();
    int running = node.processes();
    if (running > 0) {
      say(
          "stopping; waiting up to %d s for %d processes (again to end them now)"
              .formatted(drainSeconds, running));
    }
    int left = node.drain(Duration.ofSeconds(drainSeconds));
    // Before the connections: whoever listens is told how it ended.
    node.stop();
    web.drain(LAST_WORDS);
    say(left == 0 ? "stopped" : "stopped, and ended %d processes".formatted(left));
  }

  private void say(String line) {
    streams.error("bourse: " + line);
  }
}
