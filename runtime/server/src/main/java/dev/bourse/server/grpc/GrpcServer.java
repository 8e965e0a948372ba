package dev.bourse.server.grpc;

import dev.bourse.server.access.Access;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.node.Node;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
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
  /** A file for an inferlet has 8 MiB at most. */
  private static final int MESSAGE_BYTES_MAX = 9 << 20;

  private static final int METADATA_BYTES_MAX = 16 << 10;
  private static final int CALLS_PER_CONNECTION = 10_000;
  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long KEEP_ALIVE_MIN_SECONDS = 10;
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
   * Listens at {@code address}.
   *
   * @param credentials of the server, and what it asks of clients
   * @throws IOException when it cannot
   */
  public GrpcServer(
      InetSocketAddress address,
      ServerCredentials credentials,
      Node node,
      Access access,
      AuditLog audit)
      throws IOException {
    KeyInterceptor keys = new KeyInterceptor(access);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, credentials)
            .executor(calls)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .maxInboundMetadataSize(METADATA_BYTES_MAX)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
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
            new TenantsService(node, access, audit, keys),
            new MarketService(node, clock),
            ProtoReflectionServiceV1.newInstance(),
            health.getHealthService());
    services.forEach(service -> builder.addService(ServerInterceptors.intercept(service, keys)));
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
