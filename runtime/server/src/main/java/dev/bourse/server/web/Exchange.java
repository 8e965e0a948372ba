package dev.bourse.server.web;

import dev.bourse.host.http.BodyPipe;
import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpError;
import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A request and its answer, used by one thread, which waits where the client is slow. */
public final class Exchange {
  private static final int READ_BYTES = 16 << 10;

  /** How long a client may take for a body; for each part of it, the connection's idle time. */
  private static final Duration BODY_MAX = Duration.ofMinutes(10);

  private final ServedRequest request;
  private final CompletableFuture<Response> response;
  private final Map<String, String> more = new LinkedHashMap<>();
  private @Nullable BodyPipe body;

  Exchange(ServedRequest request, CompletableFuture<Response> response) {
    this.request = request;
    this.response = response;
  }

  public String method() {
    return request.method();
  }

  /** The path without the query. */
  public String path() {
    return path(request);
  }

  static String path(ServedRequest request) {
    int query = request.path().indexOf('?');
    return query < 0 ? request.path() : request.path().substring(0, query);
  }

  /** Text of a path with its escapes resolved; as it is where they are none. */
  public String decoded(String escaped) {
    try {
      return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEscaped) {
      return escaped;
    }
  }

  /** The value of a header field; of several, the first. */
  public Optional<String> field(String name) {
    return request.fields().values(name).stream().findFirst();
  }

  /**
   * The whole body.
   *
   * @param bytesMax what is taken of it
   * @return empty if it is larger
   * @throws HttpException if it does not come to its end
   */
  public Optional<byte[]> body(int bytesMax) throws InterruptedException, HttpException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + BODY_MAX.toNanos();
    while (true) {
      byte[] part = request.body().take(READ_BYTES, deadline);
      if (part.length == 0) {
        return Optional.of(all.toByteArray());
      }
      if (all.size() + part.length > bytesMax) {
        return Optional.empty();
      }
      all.writeBytes(part);
    }
  }

  /** The value of a parameter of the query, its escapes resolved; of several, the first. */
  public Optional<String> parameter(String name) {
    int query = request.path().indexOf('?');
    return query < 0
        ? Optional.empty()
        : Arrays.stream(request.path().substring(query + 1).split("&"))
            .filter(pair -> pair.startsWith(name + "="))
            .map(pair -> decoded(pair.substring(name.length() + 1)))
            .findFirst();
  }

  /** Answers with a text. */
  public void answer(int status, String contentType, String text) throws InterruptedException {
    answer(status, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Answers with some bytes, and further header fields. */
  public void answer(int status, String contentType, byte[] bytes, Map<String, String> more)
      throws InterruptedException {
    Fields fields = fields(contentType);
    set(fields, "content-length", Integer.toString(bytes.length));
    more.forEach((name, value) -> set(fields, name, value));
    begin(status, fields);
    write(bytes);
    end();
  }

  /** Begins an answer that is written piece by piece, until {@link #end}. */
  public void stream(int status, String contentType) {
    Fields fields = fields(contentType);
    set(fields, "cache-control", "no-cache");
    begin(status, fields);
  }

  private static Fields fields(String contentType) {
    Fields fields = new Fields();
    set(fields, "content-type", contentType);
    return fields;
  }

  /** Has the answer say something more, which has not begun. */
  public void say(String name, String value) {
    more.put(name, value);
  }

  private static void set(Fields fields, String name, String value) {
    try {
      fields.set(name, List.of(value));
    } catch (FieldException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void begin(int status, Fields fields) {
    if (body != null) {
      throw new IllegalStateException("the request was answered already");
    }
    more.forEach((name, value) -> set(fields, name, value));
    BodyPipe pipe = new BodyPipe();
    Thread writer = Thread.currentThread();
    pipe.onWritable(() -> LockSupport.unpark(writer));
    body = pipe;
    response.complete(new Response(status, fields, pipe));
  }

  /** Whether the answer has begun. */
  public boolean isBegun() {
    return body != null;
  }

  /**
   * Writes the next piece, waiting until the client takes it.
   *
   * @throws InterruptedException when it has gone
   */
  public void write(byte[] bytes) throws InterruptedException {
    BodyPipe pipe = begun();
    int written = 0;
    while (written < bytes.length) {
      if (Thread.interrupted() || pipe.isCancelled()) {
        throw new InterruptedException();
      }
      int room = Math.min(pipe.room(), bytes.length - written);
      if (room == 0) {
        LockSupport.park(this);
      } else {
        byte[] part = Arrays.copyOfRange(bytes, written, written + room);
        pipe.write(part);
        written += room;
      }
    }
  }

  /** Nothing more comes. */
  public void end() {
    begun().end(new Fields());
  }

  private BodyPipe begun() {
    BodyPipe pipe = body;
    if (pipe == null) {
      throw new IllegalStateException("the answer was not begun");
    }
    return pipe;
  }

  void fail(HttpError error) {
    BodyPipe pipe = body;
    if (pipe == null) {
      response.completeExceptionally(error.exception());
    } else {
      pipe.fail(error);
    }
  }

  /** An endpoint that returns without an answer is at fault. */
  void close() {
    if (body == null) {
      fail(new HttpError(HttpError.Code.INTERNAL_ERROR, "the request was not answered"));
    }
  }
}
