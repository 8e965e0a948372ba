package dev.bourse.server.grpc;

import dev.bourse.server.access.Admission;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.node.Node;
import dev.bourse.server.request.RequestObserver;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Listens for the control plane, with health and reflection. */
public final class GrpcServer implements AutoCloseable {
  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long KEEP_ALIVE_MIN_SECONDS = 10;
  private static final long IDLE_MINUTES = 10;
  private static final long HANDSHAKE_SECONDS = 20;
  private static final long CLOSE_SECONDS = 5;
  private static final long REVOKED_SECONDS = 2;

  private final Server server;
  private final int port;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bourse-grpc-clock").factory());
  private final HealthStatusManager health = new HealthStatusManager();
  private final AtomicBoolean draining = new AtomicBoolean();

  /**
   * How much one client may send.
   *
   * @param messageBytes of a message
   * @param metadataBytes of a call
   * @param calls of a connection, open at once
   */
  public record Terms(int messageBytes, int metadataBytes, int calls) {
    /** A file for an inferlet has 8 MiB at most. */
    public static final Terms DEFAULT = new Terms(9 << 20, 16 << 10, 10_000);
  }

  /**
   * Listens at {@code address}.
   *
   * @param credentials of the server, and what it asks of clients
   * @param observer is told of every call
   * @throws IOException when it cannot
   */
  public GrpcServer(
      InetSocketAddress address,
      ServerCredentials credentials,
      Terms terms,
      Node node,
      Admission admission,
      AuditLog audit,
      RequestObserver observer)
      throws IOException {
    KeyInterceptor keys = new KeyInterceptor(admission);
    RequestInterceptor requests = new RequestInterceptor(observer);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, credentials)
            .executor(calls)
            .maxInboundMessageSize(terms.messageBytes())
            .maxInboundMetadataSize(terms.metadataBytes())
            .maxConcurrentCallsPerConnection(terms.calls())
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            // Clients connect again when they have something to ask.
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            // Half-open connections are noticed, and their processes told.
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(KEEP_ALIVE_MIN_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    List<BindableService> services =
        List.of(
            new ProgramsService(node),
            new ProcessesService(node),
            new SnapshotsService(node),
            new ModelsService(node),
            new TenantsService(node, admission.access(), audit, keys),
            new MarketService(node, clock),
            ProtoReflectionServiceV1.newInstance(),
            olderReflection(),
            health.getHealthService());
    services.forEach(
        service ->
            builder.addService(
                ServerInterceptors.interceptForward(
                    ServerInterceptors.useInputStreamMessages(service.bindService()),
                    requests,
                    keys,
                    new MessageGuard())));
    try {
      server = builder.build().start();
      port = server.getPort();
    } catch (IOException | RuntimeException e) {
      clock.shutdownNow();
      calls.shutdownNow();
      throw e;
    }
    var _ =
        clock.scheduleWithFixedDelay(
            keys::endRevoked, REVOKED_SECONDS, REVOKED_SECONDS, TimeUnit.SECONDS);
  }

  /** The version that most clients still ask for. */
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return ProtoReflectionService.newInstance();
  }

  /** The port it listens at. */
  public int port() {
    return port;
  }

  /** Says that it takes no new work; calls that run go on. */
  public void drain() {
    if (draining.compareAndSet(false, true)) {
      health.enterTerminalState();
    }
  }

  /** Ends every call that does not end by itself within a moment. */
  @Override
  public void close() {
    drain();
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
        var _ = server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    clock.shutdownNow();
    calls.shutdownNow();
  }
}
