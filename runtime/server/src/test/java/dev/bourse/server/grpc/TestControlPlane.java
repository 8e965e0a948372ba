package dev.bourse.server.grpc;

import dev.bourse.server.TestNode;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.request.RequestObserver;
import io.grpc.CallCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A node that listens for its control plane, and channels to it. */
public final class TestControlPlane implements AutoCloseable {
  private final TestNode served;
  private final Access access;
  private final Admission admission;
  private final GrpcServer server;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Path folder;

  public TestControlPlane(Path folder, NodeSettings settings) {
    this.folder = folder;
    AuditLog audit = new AuditLog(Optional.of(audit()), Clock.systemUTC());
    served = TestNode.start(folder, settings, audit);
    access = new Access(new ApiKeys(folder.resolve("keys.json"), Clock.systemUTC()));
    admission = new Admission(access, settings.quotas());
    try {
      server =
          new GrpcServer(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              InsecureServerCredentials.create(),
              GrpcServer.Terms.DEFAULT,
              served.node(),
              admission,
              audit,
              RequestObserver.of(List.of()));
    } catch (IOException e) {
      served.close();
      throw new UncheckedIOException(e);
    }
  }

  public TestNode served() {
    return served;
  }

  Path audit() {
    return folder.resolve("audit.jsonl");
  }

  public ApiKeys keys() {
    return access.keys();
  }

  /** The credentials of a new key. */
  CallCredentials key(String tenant, Role role) {
    return secret(keys().create(tenant, role, "").secret());
  }

  /** The credentials of whoever says this. */
  static CallCredentials secret(String secret) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier to) {
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secret);
        to.apply(headers);
      }
    };
  }

  /** {@code HOST:PORT}. */
  public String address() {
    return "127.0.0.1:" + server.port();
  }

  /** A connection of its own. */
  ManagedChannel connect() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
    served.close();
  }
}
