package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Answers HTTP requests by a {@link Handler}, one at a time on each connection. Heads, connections
 * and waiting are bounded, and bodies go as fast as the other side takes them.
 */
public final class HttpServer implements AutoCloseable {
  private static final int LINE_BYTES_MAX = 8 << 10;
  private static final int CHUNK_BYTES = 8 << 10;
  private static final int CLOSE_MILLIS = 5_000;

  /** Who answers. */
  public interface Handler {
    /** Begins to answer a request; called on the server's own thread, which must not wait. */
    Call begin(ServedRequest request) throws HttpException;

    /** What a client gets who sent no request that can be answered, on the same thread. */
    default Response refusal(int status, String why) {
      return Response.text(status, why + "\n");
    }
  }

  /** An answer that is being given. */
  public interface Call {
    /** What is answered, or an {@link HttpException}. */
    CompletableFuture<Response> response();

    /** Nobody waits for it any more. */
    void cancel();
  }

  /**
   * How much is served.
   *
   * @param connections open at once; more are closed as soon as they are made
   * @param idle how long a client may take to send something, and to take something
   * @param headBytes of a request: what its fields may take
   * @param tls with what the server shows who it is; empty to encrypt nothing
   */
  public record Terms(int connections, Duration idle, int headBytes, Optional<Tls> tls) {
    public static final Terms DEFAULT = new Terms(256, Duration.ofSeconds(60));

    /** Terms with fields of the usual size, unencrypted. */
    public Terms(int connections, Duration idle) {
      this(connections, idle, Fields.BYTES_MAX, Optional.empty());
    }
  }

  /**
   * A certificate.
   *
   * @param own the server's
   * @param clients whose certificates every client must have; empty to ask for none
   */
  public record Tls(X509ExtendedKeyManager own, Optional<X509ExtendedTrustManager> clients) {}

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("bourse-http-server", true), NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Optional<SslContext> tls;
  private final Channel listening;

  /**
   * Listens at {@code address}.
   *
   * @throws IOException when it cannot
   */
  public HttpServer(InetSocketAddress address, Terms terms, Handler handler) throws IOException {
    Optional<Tls> asked = terms.tls();
    tls = asked.isPresent() ? Optional.of(context(asked.get())) : Optional.empty();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.ALLOCATOR, Network.BUFFERS)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    serve(made, terms, handler);
                  }
                });
    var binding = bootstrap.bind(address).awaitUninterruptibly();
    if (!binding.isSuccess()) {
      stop();
      throw new IOException(
          "cannot listen at %s: %s".formatted(address, binding.cause().getMessage()),
          binding.cause());
    }
    listening = binding.channel();
  }

  private static SslContext context(Tls tls) throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forServer(tls.own()).sslProvider(SslProvider.JDK);
    tls.clients()
        .ifPresent(clients -> builder.trustManager(clients).clientAuth(ClientAuth.REQUIRE));
    return builder.build();
  }

  private void serve(Channel made, Terms terms, Handler handler) {
    if (connections.size() >= terms.connections()) {
      var _ = made.close();
      return;
    }
    connections.add(made);
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES_MAX)
            .setMaxHeaderSize(terms.headBytes())
            .setMaxChunkSize(CHUNK_BYTES);
    tls.ifPresent(
        context -> {
          SslHandler secure = context.newHandler(made.alloc());
          secure.setHandshakeTimeoutMillis(terms.idle().toMillis());
          made.pipeline().addLast(secure);
        });
    made.pipeline().addLast(new HttpServerCodec(limits));
    String scheme = tls.isPresent() ? "https" : "http";
    made.pipeline().addLast(new ServerConnection(made, scheme, terms.idle(), handler));
  }

  /** The port it listens at. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Connections that are open. */
  public int openConnections() {
    return connections.size();
  }

  /**
   * Takes no new connections, closes those that nothing is answered on, and lets the others be
   * answered to the end.
   *
   * @param patience for how long; what is not answered then is left to {@link #close}
   */
  public void drain(Duration patience) {
    var _ = listening.close().awaitUninterruptibly(CLOSE_MILLIS);
    for (Channel each : connections) {
      each.eventLoop()
          .execute(
              () -> {
                ServerConnection connection = each.pipeline().get(ServerConnection.class);
                if (connection != null) {
                  connection.finish();
                }
              });
    }
    var _ = connections.newCloseFuture().awaitUninterruptibly(patience.toMillis());
  }

  /** Closes every connection, which gives up what is being answered, and ends its thread. */
  @Override
  public void close() {
    var _ = listening.close().awaitUninterruptibly(CLOSE_MILLIS);
    var _ = connections.close().awaitUninterruptibly(CLOSE_MILLIS);
    stop();
  }

  private void stop() {
    var _ = loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_MILLIS);
  }

  /** The response to a request that fails. */
  public static Response failure(Throwable error) {
    HttpError failure = Failure.of(error);
    return Response.text(status(failure), failure.message() + "\n");
  }

  /** What a request gets that fails with {@code error}. */
  public static int status(HttpError error) {
    return switch (error.code()) {
      case CONNECTION_LIMIT_REACHED -> 503;
      case CONNECTION_READ_TIMEOUT -> 408;
      case HTTP_RESPONSE_TIMEOUT -> 504;
      default -> 500;
    };
  }

  static HttpError gone() {
    return new HttpError(Code.CONNECTION_TERMINATED, "the client closed the connection");
  }
}
