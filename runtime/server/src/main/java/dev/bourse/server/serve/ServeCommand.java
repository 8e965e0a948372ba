package dev.bourse.server.serve;

import dev.bourse.host.HostSettings;
import dev.bourse.host.InferletHost;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.process.ServedModel;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.ProgramOptions;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.SnapshotFolderOption;
import dev.bourse.server.Streams;
import dev.bourse.server.UserFolders;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.config.ServerSettings;
import dev.bourse.server.dashboard.Dashboard;
import dev.bourse.server.grpc.GrpcServer;
import dev.bourse.server.logs.AccessLog;
import dev.bourse.server.logs.ServerLog;
import dev.bourse.server.metrics.ServerMetrics;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.web.Front;
import dev.bourse.server.web.Health;
import dev.bourse.server.web.OwnMachine;
import dev.bourse.server.web.Switch;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  private static final Logger LOG = System.getLogger(ServeCommand.class.getName());

  /** How long clients may take to hear what processes said last. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Streams streams;

  @Mixin private ServeOptions options = new ServeOptions();

  @Mixin private DataFolder data = new DataFolder();

  @Mixin private SnapshotFolderOption snapshotFolder = new SnapshotFolderOption();

  @Mixin private ProgramOptions programOptions = new ProgramOptions();

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  private boolean structured;

  public ServeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerSettings settings = options.over(engineOptions.configuration().server());
    data.orElse(settings.data());
    InetSocketAddress grpcAddress = Listen.parse("--grpc", settings.grpc());
    InetSocketAddress httpAddress = Listen.parse("--http", settings.http());
    engineOptions.check();
    Access access = new Access(data.keys());
    requireKeys(access, "--grpc", grpcAddress);
    requireKeys(access, "--http", httpAddress);
    AddableModels addable = new AddableModels(settings.modelFolders(), settings.models());
    Admission admission = new Admission(access, settings.quotas());
    ServerMetrics metrics = new ServerMetrics();
    Health health = new Health();
    Switch web = new Switch(Routes.waiting(health));
    RequestObserver observer = observer(settings, metrics);
    AuditLog audit = data.audit();
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onFirstOrTerm(over::countDown);
    ProgramShelf programs = new ProgramShelf(programOptions.place(), Optional.of(data.programs()));
    HostSettings hosted = engineOptions.host().withPrograms(programs::of);
    NodeSettings limits =
        NodeSettings.DEFAULT.withMounts(engineOptions.mounts()).withQuotas(settings.quotas());
    try (ServerLog log = log(settings.logs());
        Certificates certificates = new Certificates(settings.tls());
        var _ = data.lock();
        // The first to listen, and the last to stop: it tells that the server starts, and stops.
        HttpServer http =
            new HttpServer(
                httpAddress,
                terms(settings.wire(), certificates),
                new Front(observer, new OwnMachine(access::isOpen, web)));
        SnapshotFolder snapshots = new SnapshotFolder(snapshotFolder::folder);
        ServedEngines engines =
            ServedEngines.start(settings.models(), addable, engineOptions, snapshots, data);
        InferletHost host = new InferletHost(engines::all, UserFolders.programs(), hosted);
        Node node = new Node(engines, host, programs, limits, audit);
        Dashboard dashboard = new Dashboard(node, admission);
        GrpcServer control =
            new GrpcServer(
                grpcAddress,
                certificates.grpc(),
                terms(settings.wire()),
                node,
                admission,
                audit,
                observer)) {
      addMetrics(metrics, node, admission, http, log);
      health.check(() -> node.isServing() ? Optional.empty() : Optional.of("stopping"));
      web.set(Routes.serving(node, dashboard, admission, settings, metrics, health));
      health.isServing();
      say(
          "serving %s"
              .formatted(
                  engines.all().stream().map(ServedModel::name).collect(Collectors.joining(", "))));
      say(
          "gRPC at %s%s"
              .formatted(
                  Listen.text(grpcAddress, control.port()),
                  certificates.isOn() ? ", with TLS" : ""));
      String site =
          "%s://%s/"
              .formatted(
                  certificates.isOn() ? "https" : "http", Listen.text(httpAddress, http.port()));
      say("HTTP at %sv1/".formatted(site));
      say("its page at " + site);
      if (access.isOpen()) {
        say("no keys: whoever is on this machine may do everything (bourse keys create)");
      }
      over.await();
      health.is("stopping");
      drain(node, control, http, settings.drain());
      web.set(Routes.waiting(health));
    } catch (IOException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK;
  }

  private static RequestObserver observer(ServerSettings settings, ServerMetrics metrics) {
    return settings.logs().access()
        ? RequestObserver.of(List.of(metrics.requests(), new AccessLog()))
        : metrics.requests();
  }

  private ServerLog log(ServerSettings.Logs logs) {
    structured = logs.format().equals("json");
    return ServerLog.start(logs.format(), logs.level(), LogFile.of(logs.file(), streams));
  }

  private static HttpServer.Terms terms(ServerSettings.Wire wire, Certificates certificates) {
    return new HttpServer.Terms(
        wire.connections(), wire.idle(), wire.headBytes(), certificates.http());
  }

  private static GrpcServer.Terms terms(ServerSettings.Wire wire) {
    return new GrpcServer.Terms(wire.messageBytes(), wire.metadataBytes(), wire.calls());
  }

  private static void addMetrics(
      ServerMetrics metrics, Node node, Admission admission, HttpServer http, ServerLog log) {
    metrics.add(node);
    metrics.addRefused(admission::refused);
    metrics.gauge(
        "bourse_http_connections", "Connections of HTTP that are open.", http::openConnections);
    metrics.counter(
        "bourse_log_dropped_lines", "Log lines that nobody took in time.", log::dropped);
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

  private void drain(Node node, GrpcServer control, HttpServer http, Duration patience)
      throws InterruptedException {
    control.drain();
    int running = node.processes();
    if (running > 0) {
      say(
          "stopping; waiting up to %d s for %d processes (again to end them now)"
              .formatted(patience.toSeconds(), running));
    }
    int left = node.drain(patience);
    // Before the connections: whoever listens is told how it ended.
    node.stop();
    http.drain(LAST_WORDS);
    say(left == 0 ? "stopped" : "stopped, and ended %d processes".formatted(left));
  }

  private void say(String line) {
    if (structured) {
      LOG.log(Level.INFO, line);
    } else {
      streams.error("bourse: " + line);
    }
  }
}
