package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, over a connection of its own that closes behind them. The handler
 * runs on the event loop; the other methods on any thread.
 */
public final class Exchange {
  private static final int LINE_BYTES_MAX = 8 << 10;
  private static final int CHUNK_BYTES = 8 << 10;

  private final RequestHead head;
  private final Optional<BodyPipe> body;
  private final Timeouts timeouts;
  private final Optional<SslContext> tls;
  private final Runnable onClosed;
  private final BodyPipe received = new BodyPipe();
  private final CompletableFuture<Response> response = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Channel channel;

  Exchange(
      RequestHead head,
      Optional<BodyPipe> body,
      Timeouts timeouts,
      Optional<SslContext> tls,
      Runnable onClosed) {
    this.head = head;
    this.body = body;
    this.timeouts = timeouts;
    this.tls = tls;
    this.onClosed = onClosed;
    received.onCancel(this::cancel);
  }

  /** The head of the response, or an {@link HttpException} that says why there is none. */
  public CompletableFuture<Response> response() {
    return response;
  }

  /** Completes when its connection is closed. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Gives the exchange up, wherever it is. */
  public void cancel() {
    fail(new HttpError(Code.CONNECTION_TERMINATED, "the exchange was given up"));
  }

  void fail(HttpError error) {
    response.completeExceptionally(error.exception());
    received.fail(error);
    finish();
  }

  /** Closes the connection, if there is one, and gives back its place. */
  private void finish() {
    body.ifPresent(BodyPipe::cancel);
    Channel open;
    synchronized (this) {
      open = channel;
      if (!over.compareAndSet(false, true)) {
        return;
      }
    }
    if (open == null) {
      released();
    } else {
      var _ = open.close().addListener(closing -> released());
    }
  }

  private void released() {
    if (!ended.isDone()) {
      onClosed.run();
      ended.complete(null);
    }
  }

  /** Connects to the first of {@code addresses} that answers. */
  void connect(EventLoopGroup group, List<InetAddress> addresses) {
    if (over.get()) {
      return;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.ALLOCATOR, Network.BUFFERS)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(timeouts.connect()))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    assemble(made);
                  }
                });
    InetSocketAddress target =
        new InetSocketAddress(addresses.getFirst(), head.destination().port());
    var connecting = bootstrap.connect(target);
    boolean late;
    synchronized (this) {
      channel = connecting.channel();
      late = over.get();
    }
    if (late) {
      var _ = connecting.channel().close();
      return;
    }
    connecting.addListener(
        done -> {
          if (done.isSuccess() || over.get()) {
            return;
          }
          if (addresses.size() > 1) {
            connect(group, addresses.subList(1, addresses.size()));
          } else {
            fail(Failure.of(done.cause()));
          }
        });
  }

  private void assemble(Channel made) {
    Destination destination = head.destination();
    if (tls.isPresent()) {
      SslHandler secure =
          tls.get().newHandler(made.alloc(), destination.host(), destination.port());
      secure.setHandshakeTimeoutMillis(millis(timeouts.connect()));
      made.pipeline().addLast(secure);
    }
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES_MAX)
            .setMaxHeaderSize(Fields.BYTES_MAX)
            .setMaxChunkSize(CHUNK_BYTES);
    made.pipeline().addLast(new HttpClientCodec(limits, false, true));
    made.pipeline().addLast(new Handler(made));
  }

  private static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** What happens on the connection. */
  private final class Handler extends SimpleChannelInboundHandler<HttpObject> {
    private final Channel connection;
    private @Nullable Future<?> waiting;
    private boolean answered;
    private boolean complete;

    Handler(Channel connection) {
      this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      send(context);
      received.onWritable(() -> context.executor().execute(this::readMore));
      context.read();
    }

    private void send(ChannelHandlerContext context) {
      DefaultHttpRequest request =
          new DefaultHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.valueOf(head.method()), head.path());
      request.headers().set("host", head.destination().hostField());
      for (Map.Entry<String, String> field : head.fields().entries()) {
        request.headers().add(field.getKey(), field.getValue());
      }
      request.headers().set("connection", "close");
      boolean empty = body.isEmpty() || (body.get().atEnd() && body.get().trailers().isDone());
      boolean sized = request.headers().contains("content-length");
      if (empty) {
        if (!sized && !List.of("GET", "HEAD", "DELETE", "OPTIONS").contains(head.method())) {
          request.headers().set("content-length", "0");
        }
        var _ = context.write(request);
        var _ = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        complete = true;
        expectHead();
        return;
      }
      if (!sized) {
        request.headers().set("transfer-encoding", "chunked");
      }
      var _ = context.writeAndFlush(request);
      body.get().onReadable(() -> context.executor().execute(() -> sendBody(context)));
      sendBody(context);
    }

    private void sendBody(ChannelHandlerContext context) {
      BodyPipe pipe = body.orElseThrow();
      while (!complete && connection.isActive() && connection.isWritable()) {
        byte[] bytes = pipe.read(CHUNK_BYTES);
        if (bytes.length > 0) {
          var _ = context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
        } else if (pipe.atEnd()) {
          complete = true;
          DefaultLastHttpContent last = new DefaultLastHttpContent();
          for (Map.Entry<String, String> field : pipe.trailers().join().entries()) {
            last.trailingHeaders().add(field.getKey(), field.getValue());
          }
          var _ = context.write(last);
        } else if (pipe.failure().isPresent()) {
          complete = true;
          fail(pipe.failure().get());
        } else {
          break;
        }
      }
      context.flush();
      expectHead();
    }

    /** Waits for the server, but not while it waits for the rest of the request. */
    private void expectHead() {
      if (answered) {
        return;
      }
      if (complete || !connection.isWritable()) {
        expect(timeouts.firstByte(), Code.HTTP_RESPONSE_TIMEOUT);
      } else {
        stopWaiting();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (body.isPresent() && !complete && connection.isWritable()) {
        // Not from in here: this is also called in the middle of a write.
        context.executor().execute(() -> sendBody(context));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
      if (message.decoderResult().isFailure()) {
        fail(Failure.of(message.decoderResult().cause()));
        return;
      }
      if (message instanceof HttpResponse start) {
        begin(start);
      }
      if (message instanceof HttpContent content && answered) {
        received.write(ByteBufUtil.getBytes(content.content()));
      }
      if (message instanceof LastHttpContent last && answered) {
        received.end(Fields.received(last.trailingHeaders()));
        stopWaiting();
        finish();
      }
    }

    private void begin(HttpResponse start) {
      int status = start.status().code();
      if (status == 101) {
        fail(new HttpError(Code.HTTP_UPGRADE_FAILED, "the server changed the protocol unasked"));
        return;
      }
      if (status < 200) {
        return; // Informational: the response is still to come.
      }
      if (status > 999) {
        fail(new HttpError(Code.HTTP_PROTOCOL_ERROR, "the server answered with status " + status));
        return;
      }
      answered = true;
      response.complete(new Response(status, Fields.received(start.headers()), received));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      readMore();
    }

    /** Asks for more only when there is room: this is what slows the server down. */
    private void readMore() {
      if (!connection.isActive()) {
        return;
      }
      if (!answered) {
        // A head that comes byte by byte does not get more time for it.
        connection.read();
        return;
      }
      stopWaiting();
      if (received.room() > 0) {
        expect(timeouts.betweenBytes(), Code.CONNECTION_READ_TIMEOUT);
        connection.read();
      }
    }

    private void expect(Duration within, Code otherwise) {
      stopWaiting();
      waiting =
          connection
              .eventLoop()
              .schedule(
                  () ->
                      fail(
                          new HttpError(
                              otherwise,
                              "%s sent nothing for %d ms"
                                  .formatted(head.destination().host(), within.toMillis()))),
                  within.toNanos(),
                  TimeUnit.NANOSECONDS);
    }

    private void stopWaiting() {
      Future<?> timer = waiting;
      if (timer != null) {
        timer.cancel(false);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stopWaiting();
      fail(
          answered
              ? new HttpError(Code.HTTP_RESPONSE_INCOMPLETE, "the server closed the connection")
              : new HttpError(
                  Code.CONNECTION_TERMINATED, "the server closed the connection unasked"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      stopWaiting();
      fail(Failure.of(cause));
    }
  }
}
