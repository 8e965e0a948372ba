package dev.bourse.host.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client. A request whose body does not have a length of its own is the last on
 * its connection, so that where it ends can never be seen in two ways; so is one that is sent
 * before the last was answered, and one that was answered before all of it came. Runs on the event
 * loop.
 */
final class ServerConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final int CHUNK_BYTES = 8 << 10;

  /** Fields of the connection, which mean nothing to who answers. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te");

  private final Channel connection;
  private final String scheme;
  private final Duration idle;
  private final HttpServer.Handler handler;
  private @Nullable Turn turn;
  private @Nullable Future<?> waiting;
  private boolean last;
  private boolean early;

  /** A request that is being answered. */
  private static final class Turn {
    private final BodyPipe request = new BodyPipe();
    private HttpServer.@Nullable Call call;
    private @Nullable BodyPipe response;

    /** Bytes of a body of a stated length that are to come; -1 for any number. */
    private long left = -1;

    /** The last of them: with these the client may ask again, so they wait for the end. */
    private byte[] held = {};

    private boolean received;
    private boolean stalled;
    private boolean answered;
  }

  ServerConnection(Channel connection, String scheme, Duration idle, HttpServer.Handler handler) {
    this.connection = connection;
    this.scheme = scheme;
    this.idle = idle;
    this.handler = handler;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    expect();
    connection.read();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (last && !(message instanceof HttpContent && turn != null && !turn.received)) {
      return; // Something after the last request that is answered here.
    }
    if (message.decoderResult().isFailure()) {
      refuseMalformed(message.decoderResult().cause());
      return;
    }
    if (message instanceof HttpRequest request) {
      if (turn != null) {
        last = true;
        early = true;
        return;
      }
      begin(request);
    }
    Turn current = turn;
    if (message instanceof HttpContent content && current != null) {
      current.request.write(ByteBufUtil.getBytes(content.content()));
      if (message instanceof LastHttpContent end) {
        current.received = true;
        current.request.end(Fields.received(end.trailingHeaders()));
        stopWaiting();
      }
    }
  }

  private void refuseMalformed(Throwable cause) {
    switch (cause) {
      case TooLongHttpLineException line ->
          refuse(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the path of the request is too long");
      case TooLongHttpHeaderException fields ->
          refuse(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "the fields of the request are too large");
      default -> refuse(HttpResponseStatus.BAD_REQUEST, "this is no request of HTTP/1.1");
    }
  }

  private void begin(HttpRequest request) {
    last = request.headers().contains("transfer-encoding") || !HttpUtil.isKeepAlive(request);
    List<String> hosts = request.headers().getAll("host");
    boolean path = Tokens.isPathWithQuery(request.uri());
    if (hosts.size() > 1 || !path || !Tokens.isToken(request.method().name())) {
      refuse(HttpResponseStatus.BAD_REQUEST, "a request has one Host and a path");
      return;
    }
    Turn mine = new Turn();
    turn = mine;
    mine.request.onWritable(() -> later(this::readMore));
    ServedRequest served =
        new ServedRequest(
            request.method().name(),
            request.uri(),
            scheme,
            hosts.stream().findFirst(),
            Fields.received(
                request.headers().entries().stream()
                    .filter(field -> !HOP_BY_HOP.contains(lower(field.getKey())))
                    .toList()),
            mine.request);
    if (HttpUtil.is100ContinueExpected(request)) {
      var _ =
          connection.writeAndFlush(
              new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
    try {
      HttpServer.Call call = handler.begin(served);
      mine.call = call;
      var _ =
          call.response()
              .whenComplete((response, error) -> later(() -> answer(mine, response, error)));
    } catch (HttpException e) {
      answer(mine, null, e);
    }
  }

  /** Does something on the event loop; once the server is closed, nobody is left to do it for. */
  private void later(Runnable action) {
    try {
      connection.eventLoop().execute(action);
    } catch (RejectedExecutionException closed) {
      return;
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void answer(Turn mine, @Nullable Response response, @Nullable Throwable error) {
    if (turn != mine || !connection.isActive()) {
      return;
    }
    if (response == null) {
      HttpError failure = error == null ? HttpServer.gone() : Failure.of(error);
      refuse(HttpResponseStatus.valueOf(HttpServer.status(failure)), failure.message());
      return;
    }
    DefaultHttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
    for (Map.Entry<String, String> field : response.fields().entries()) {
      head.headers().add(field.getKey(), field.getValue());
    }
    boolean none = response.status() == 204 || response.status() == 304;
    if (none) {
      head.headers().remove("content-length");
    } else if (!head.headers().contains("content-length")) {
      head.headers().set("transfer-encoding", "chunked");
    } else {
      mine.left = HttpUtil.getContentLength(head, -1L);
    }
    if (last) {
      head.headers().set("connection", "close");
    }
    mine.response = response.body();
    var _ = connection.writeAndFlush(head);
    response.body().onReadable(() -> later(() -> sendBody(mine)));
    sendBody(mine);
  }

  private void sendBody(Turn mine) {
    BodyPipe pipe = mine.response;
    if (pipe == null || turn != mine || mine.answered) {
      return;
    }
    while (connection.isActive() && connection.isWritable()) {
      byte[] bytes = pipe.read(CHUNK_BYTES);
      if (bytes.length > 0) {
        write(mine, bytes);
      } else if (pipe.atEnd()) {
        end(mine, pipe);
        return;
      } else if (pipe.failure().isPresent()) {
        // The head is gone: all that is left is to let the client see that something is missing.
        connection.flush();
        var _ = connection.close();
        return;
      } else {
        break;
      }
    }
    connection.flush();
    if (!connection.isWritable()) {
      expect();
    } else if (mine.received) {
      stopWaiting();
    }
  }

  private void write(Turn mine, byte[] bytes) {
    sendHeld(mine);
    if (mine.left >= 0) {
      mine.left -= bytes.length;
      if (mine.left <= 0) {
        mine.left = 0;
        mine.held = bytes;
        return;
      }
    }
    var _ = connection.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
  }

  private void sendHeld(Turn mine) {
    if (mine.held.length > 0) {
      var _ = connection.write(new DefaultHttpContent(Unpooled.wrappedBuffer(mine.held)));
      mine.held = new byte[0];
    }
  }

  private void end(Turn mine, BodyPipe pipe) {
    mine.answered = true;
    sendHeld(mine);
    DefaultLastHttpContent end = new DefaultLastHttpContent();
    for (Map.Entry<String, String> field : pipe.trailers().join().entries()) {
      end.trailingHeaders().add(field.getKey(), field.getValue());
    }
    var written = connection.writeAndFlush(end);
    mine.request.cancel();
    turn = null;
    if (last || !mine.received) {
      var _ = written.addListener(ChannelFutureListener.CLOSE);
    } else {
      expect();
      connection.read();
    }
  }

  /** What is being answered is the last; without that the connection is closed. */
  void finish() {
    last = true;
    if (turn == null) {
      // After what was written before.
      var _ =
          connection.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Answers with an error, and closes. */
  private void refuse(HttpResponseStatus status, String why) {
    last = true;
    Response refusal = handler.refusal(status.code(), why);
    byte[] text = refusal.body().read(BodyPipe.CAPACITY);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(refusal.status()),
            Unpooled.wrappedBuffer(text));
    for (Map.Entry<String, String> field : refusal.fields().entries()) {
      response.headers().add(field.getKey(), field.getValue());
    }
    response.headers().set("content-length", text.length);
    response.headers().set("connection", "close");
    var _ = connection.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    giveUp();
  }

  private void giveUp() {
    stopWaiting();
    Turn current = turn;
    turn = null;
    if (current == null) {
      return;
    }
    current.request.fail(HttpServer.gone());
    if (current.response != null) {
      current.response.cancel();
    }
    if (current.call != null) {
      current.call.cancel();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Turn current = turn;
    if (current != null && connection.isWritable()) {
      later(() -> sendBody(current));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    readMore();
  }

  private void readMore() {
    if (!connection.isActive()) {
      return;
    }
    Turn current = turn;
    if (current == null || current.received) {
      // The rest of a head; or, while it is answered, only to notice that the client goes away.
      if (current == null ? !last : !early) {
        connection.read();
      }
      return;
    }
    stopWaiting();
    if (current.request.room() > 0) {
      expect();
      connection.read();
    }
  }

  /** The client is to do something now: send, or take what was sent. */
  private void expect() {
    stopWaiting();
    waiting =
        connection.eventLoop().schedule(this::giveUpWaiting, idle.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whoever reads a body that does not go on can still say so; others are not told. */
  private void giveUpWaiting() {
    Turn current = turn;
    if (current == null || current.received || current.response != null || current.stalled) {
      var _ = connection.close();
      return;
    }
    current.stalled = true;
    last = true;
    expect();
    current.request.fail(
        new HttpError(HttpError.Code.CONNECTION_READ_TIMEOUT, "the body did not go on in time"));
  }

  private void stopWaiting() {
    Future<?> timer = waiting;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    giveUp();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    giveUp();
    var _ = connection.close();
  }
}
