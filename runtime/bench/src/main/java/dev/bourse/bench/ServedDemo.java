package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.HostSettings;
import dev.bourse.host.InferletHost;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import dev.bourse.server.TemplateTurns;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.grpc.GrpcServer;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.server.node.ServedModels;
import dev.bourse.server.openai.OpenAiApi;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.web.Front;
import dev.bourse.server.web.Router;
import io.grpc.InsecureServerCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The embedded model as {@code bourse serve} has it, in this process. */
final class ServedDemo implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 10_000;

  private final Model model;
  private final Engine engine;
  private final Node node;
  private final HttpServer web;
  private final GrpcServer control;

  /** One model, which stays. */
  private record OneModel(ServedModel served) implements ServedModels {
    @Override
    public List<ServedModel> all() {
      return List.of(served);
    }

    @Override
    public ServedModel add(String file, Consumer<String> progress) {
      throw new UnsupportedOperationException("a measurement has one model");
    }

    @Override
    public Runnable withdraw(String name) {
      throw new UnsupportedOperationException("a measurement has one model");
    }
  }

  /**
   * Serves at free ports.
   *
   * @param folder for keys, of which there are none
   * @param kvTokens in the KV cache
   * @param processesMax that run at once
   */
  ServedDemo(Path folder, int kvTokens, int processesMax) throws Exception {
    model = Model.load(DemoModel.NAME, DemoModel::bytes);
    engine = Engine.start(model, EngineConfig.defaults(kvTokens));
    ServedModel served = new ServedModel(model.config().name(), engine, new TemplateTurns(model));
    ProgramShelf programs = new ProgramShelf(Optional.empty(), Optional.empty());
    HostSettings settings = HostSettings.DEFAULT.withPrograms(programs::of);
    node =
        new Node(
            new OneModel(served),
            new InferletHost(List.of(served), Optional.empty(), settings),
            programs,
            NodeSettings.DEFAULT.withProcessesPerTenant(processesMax),
            AuditLog.none());
    Access access = new Access(new ApiKeys(folder.resolve("keys.json"), Clock.systemUTC()));
    Admission admission = new Admission(access, Quotas.DEFAULT);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    web =
        new HttpServer(
            any,
            new HttpServer.Terms(CONNECTIONS_MAX, Duration.ofMinutes(10)),
            new Front(
                RequestObserver.of(List.of()),
                new Router()
                    .route(
                        OpenAiApi.PATH,
                        new OpenAiApi(
                            node, admission, OpenAiApi.BODY_BYTES_MAX, Clock.systemUTC()))));
    control =
        new GrpcServer(
            any,
            InsecureServerCredentials.create(),
            GrpcServer.Terms.DEFAULT,
            node,
            admission,
            AuditLog.none(),
            RequestObserver.of(List.of()));
  }

  Node node() {
    return node;
  }

  Engine engine() {
    return engine;
  }

  String modelName() {
    return model.config().name();
  }

  URI http(String path) {
    return URI.create("http://127.0.0.1:" + web.port() + path);
  }

  /** {@code HOST:PORT} of the control plane. */
  String grpc() {
    return "127.0.0.1:" + control.port();
  }

  @Override
  public void close() throws IOException {
    control.close();
    web.close();
    node.close();
    engine.close();
    model.close();
  }
}
