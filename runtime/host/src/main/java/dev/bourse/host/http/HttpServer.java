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
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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
   */
  public record Terms(int connections, Duration idle) {
    public static final Terms DEFAULT = new Terms(256, Duration.ofSeconds(60));
  }

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("bourse-http-server", true), NioIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listening;

  /**
   * Listens at {@code address}.
   *
   * @throws IOException when it cannot
   */
  public HttpServer(InetSocketAddress address, Terms terms, Handler handler) throws IOException {
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

  private void serve(Channel made, Terms terms, Handler handler) {
    if (connections.size() >= terms.connections()) {
      var _ = made.close();
      return;
    }
    connections.add(made);
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES_MAX)
            .setMaxHeaderSize(Fields.BYTES_MAX)
            .setMaxChunkSize(CHUNK_BYTES);
    made.pipeline().addLast(new HttpServerCodec(limits));
    made.pipeline().addLast(new ServerConnection(made, terms.idle(), handler));
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

  /** What a request gets that fails with {@code error}. */
  static int status(HttpError error) {
    return switch (error.code()) {
      case CONNECTION_LIMIT_REACHED -> 503;
      case HTTP_RESPONSE_TIMEOUT -> 504;
      default -> 500;
    };
  }

  static HttpError gone() {
    return new HttpError(Code.CONNECTION_TERMINATED, "the client closed the connection");
  }
}
