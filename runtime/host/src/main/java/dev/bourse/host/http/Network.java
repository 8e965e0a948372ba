package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The way out to other hosts, one for all processes of a host. A name is resolved once, its
 * addresses are checked against the {@link AllowList}, and the connection goes to one of those that
 * passed, with the name in the TLS handshake and in the field {@code Host}. Redirects are the
 * caller's to follow, each as a request of its own.
 *
 * <p>Netty and not {@code java.net.http}: that client resolves the name itself when it connects, so
 * what was checked need not be what is connected to; given an address instead, it loses the name
 * for the handshake and the field.
 *
 * <p>Threads are started when first needed. Thread safe.
 */
public final class Network implements AutoCloseable {
  private static final int RESOLVER_THREADS = 4;
  private static final int RESOLVER_QUEUE = 256;

  /** On the heap, where a buffer that nobody releases is garbage and not a leak. */
  static final UnpooledByteBufAllocator BUFFERS =
      new UnpooledByteBufAllocator(/* preferDirect= */ false);

  private final NetworkSettings settings;
  private final Resolver resolver;
  private final Optional<SslContext> trusted;
  private final Semaphore connections;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable EventLoopGroup loop;
  private @Nullable ThreadPoolExecutor lookups;
  private @Nullable SslContext tls;
  private boolean closed;

  public Network(NetworkSettings settings) {
    this(settings, Resolver.SYSTEM, Optional.empty());
  }

  /**
   * A network as tests need it.
   *
   * @param trusted what servers' certificates are checked against; the JVM's authorities if empty
   */
  public Network(NetworkSettings settings, Resolver resolver, Optional<SslContext> trusted) {
    this.settings = settings;
    this.resolver = resolver;
    this.trusted = trusted;
    this.connections = new Semaphore(settings.connections());
  }

  public NetworkSettings settings() {
    return settings;
  }

  /** Connections that are open or being opened. */
  public int openConnections() {
    return settings.connections() - connections.availablePermits();
  }

  /**
   * Begins an exchange. The response, or why there is none, is in {@link Exchange#response}.
   *
   * @param body of the request, if it has one
   * @param allow whom it may be with
   * @throws HttpException when it may not be made at all
   */
  public Exchange begin(
      RequestHead head, Optional<BodyPipe> body, Timeouts timeouts, AllowList allow)
      throws HttpException {
    Destination destination = head.destination();
    if (!allow.permits(destination)) {
      throw new HttpException(
          Code.HTTP_REQUEST_DENIED,
          "the host %s, port %d, is not listed under allow in [inferlets.http]"
              .formatted(destination.host(), destination.port()));
    }
    Optional<SslContext> secure = destination.tls() ? Optional.of(tls()) : Optional.empty();
    EventLoopGroup group = group();
    if (!connections.tryAcquire()) {
      throw new HttpException(
          Code.CONNECTION_LIMIT_REACHED,
          "%d connections are open, which is the limit".formatted(settings.connections()));
    }
    Exchange exchange = new Exchange(head, body, timeouts, secure, connections::release);
    var _ =
        addresses(destination, timeouts.connect())
            .whenComplete(
                (found, error) -> {
                  if (error != null) {
                    exchange.fail(Failure.of(error));
                  } else {
                    connect(exchange, group, destination, found, allow);
                  }
                });
    return exchange;
  }

  private static void connect(
      Exchange exchange,
      EventLoopGroup group,
      Destination destination,
      List<InetAddress> found,
      AllowList allow) {
    List<InetAddress> permitted =
        found.stream().filter(address -> allow.permits(destination, address)).toList();
    if (permitted.isEmpty()) {
      exchange.fail(
          new HttpError(
              Code.DESTINATION_IP_PROHIBITED,
              "%s is at %s, which is not on the public internet and not listed as an address"
                  .formatted(destination.host(), found)));
    } else {
      exchange.connect(group, permitted);
    }
  }

  private CompletableFuture<List<InetAddress>> addresses(
      Destination destination, Duration timeout) {
    if (destination.address().isPresent()) {
      return CompletableFuture.completedFuture(List.of(destination.address().get()));
    }
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    try {
      lookups().execute(() -> resolve(destination, found));
    } catch (RejectedExecutionException e) {
      found.completeExceptionally(
          new HttpException(Code.DNS_TIMEOUT, "too many names are being looked up"));
    }
    return found
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    error instanceof HttpException
                        ? error
                        : new HttpException(
                            Code.DNS_TIMEOUT,
                            "looking up %s took more than %d ms"
                                .formatted(destination.host(), timeout.toMillis()))));
  }

  private void resolve(Destination destination, CompletableFuture<List<InetAddress>> found) {
    try {
      List<InetAddress> all =
          destination.isLocalhost()
              ? List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"))
              : resolver.resolve(destination.host());
      found.complete(all);
    } catch (UnknownHostException e) {
      found.completeExceptionally(
          new HttpException(Code.DNS_ERROR, "there is no host " + destination.host()));
    } catch (RuntimeException e) {
      found.completeExceptionally(new HttpException(Code.DNS_ERROR, "resolver failed: " + e));
    }
  }

  private EventLoopGroup group() {
    lock.lock();
    try {
      requireOpen();
      EventLoopGroup known = loop;
      if (known == null) {
        known =
            new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("bourse-http", true), NioIoHandler.newFactory());
        loop = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private ThreadPoolExecutor lookups() {
    lock.lock();
    try {
      requireOpen();
      ThreadPoolExecutor known = lookups;
      if (known == null) {
        // A look-up blocks its thread inside the system's resolver, so it gets a real one.
        known =
            new ThreadPoolExecutor(
                RESOLVER_THREADS,
                RESOLVER_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(RESOLVER_QUEUE),
                Thread.ofPlatform().daemon().name("bourse-dns-", 0).factory());
        known.allowCoreThreadTimeOut(true);
        lookups = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private SslContext tls() throws HttpException {
    if (trusted.isPresent()) {
      return trusted.get();
    }
    lock.lock();
    try {
      SslContext known = tls;
      if (known == null) {
        known = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS").build();
        tls = known;
      }
      return known;
    } catch (SSLException e) {
      throw new HttpException(Code.TLS_PROTOCOL_ERROR, "TLS cannot be set up: " + e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the host is closed");
    }
  }

  /** Ends its threads; the exchanges are their owners' to end before. */
  @Override
  public void close() {
    EventLoopGroup group;
    ThreadPoolExecutor executor;
    lock.lock();
    try {
      closed = true;
      group = loop;
      executor = lookups;
    } finally {
      lock.unlock();
    }
    if (executor != null) {
      executor.shutdownNow();
    }
    if (group != null) {
      var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }
  }
}
