package dev.bourse.host.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A process that reads messages from its standard input and writes them to its standard output, one
 * a line. Its pipes are served by threads of their own, because reading and writing them cannot be
 * interrupted; they end with the process.
 */
final class StdioTransport implements Transport {
  /** What a server may see of the host's environment; whatever else it needs is configured. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TERM", "TMPDIR", "TZ");

  private static final int OUTGOING_MAX = 64;
  private static final int ERRORS_KEPT = 1000;
  private static final long END_MILLIS = 200;
  private static final long KILL_MILLIS = 5_000;
  private static final long LAST_WORDS_MILLIS = 1_000;
  private static final int STACK_BYTES = 512 << 10;

  private final Process process;
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(OUTGOING_MAX);
  private final Thread errorReader;
  private final List<Thread> threads;
  private final AtomicReference<@Nullable Waiting> waiting = new AtomicReference<>();
  private final CompletableFuture<String> broken = new CompletableFuture<>();
  private volatile byte[] errors = new byte[0];

  private record Waiting(long id, CompletableFuture<JsonNode> response) {}

  private StdioTransport(String name, Process process) {
    this.process = process;
    this.errorReader = thread("bourse-mcp-" + name + "-err", this::readErrors);
    this.threads =
        List.of(
            thread("bourse-mcp-" + name + "-out", this::readMessages),
            errorReader,
            thread("bourse-mcp-" + name + "-in", this::writeMessages));
  }

  /** Starts the server. */
  static StdioTransport start(String name, McpServer.Program server) throws McpException {
    ProcessBuilder builder = new ProcessBuilder(server.command());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(ENVIRONMENT);
    environment.putAll(server.environment());
    try {
      StdioTransport transport = new StdioTransport(name, builder.start());
      transport.threads.forEach(Thread::start);
      return transport;
    } catch (IOException e) {
      throw new McpException(
          McpException.SERVER_FAILED, "%s cannot be started: %s".formatted(name, e.getMessage()));
    }
  }

  private static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(null, body, name, STACK_BYTES);
    thread.setDaemon(true);
    return thread;
  }

  /** The process that serves. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public JsonNode request(long id, String message, long deadlineNanos)
      throws McpException, InterruptedException {
    Waiting mine = new Waiting(id, new CompletableFuture<>());
    waiting.set(mine);
    try {
      send(message, deadlineNanos);
      CompletableFuture<Object> first = CompletableFuture.anyOf(mine.response(), broken);
      Object got = first.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (got instanceof JsonNode response) {
        return response;
      }
      throw gone();
    } catch (TimeoutException e) {
      throw new McpException(McpException.TIMED_OUT, "timed out");
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing completes these exceptionally", e);
    } finally {
      waiting.set(null);
    }
  }

  /** Why the server is gone, with its last words, which may still be on their way. */
  private McpException gone() throws InterruptedException {
    errorReader.join(LAST_WORDS_MILLIS);
    String last = new String(errors, UTF_8).strip();
    return new McpException(
        McpException.SERVER_FAILED, broken.join() + (last.isEmpty() ? "" : ": " + last));
  }

  @Override
  public void send(String message, long deadlineNanos) throws McpException, InterruptedException {
    if (broken.isDone()) {
      throw gone();
    }
    byte[] line = (message + "\n").getBytes(UTF_8);
    if (!outgoing.offer(line, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new McpException(McpException.TIMED_OUT, "timed out");
    }
  }

  @Override
  public void agreed(String version) {
    // Lines do not depend on it.
  }

  // On threads of their own

  private void writeMessages() {
    try (OutputStream out = process.getOutputStream()) {
      while (!broken.isDone()) {
        out.write(outgoing.take());
        out.flush();
      }
    } catch (IOException e) {
      broken("the server does not read any more");
    } catch (InterruptedException e) {
      broken("the session is closed");
    }
  }

  private void readMessages() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[8 << 10];
    try (InputStream in = process.getInputStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        int begin = 0;
        for (int i = 0; i < count; i++) {
          if (chunk[i] == '\n') {
            line.write(chunk, begin, i - begin);
            received(line.toString(UTF_8));
            line.reset();
            begin = i + 1;
          }
        }
        line.write(chunk, begin, count - begin);
        if (line.size() > MESSAGE_BYTES_MAX) {
          broken("the server sent a message of more than %d bytes".formatted(MESSAGE_BYTES_MAX));
          return;
        }
      }
      broken("the server ended");
    } catch (IOException e) {
      broken("the server ended");
    } catch (McpException e) {
      broken(String.valueOf(e.getMessage()));
    }
  }

  private void received(String line) throws McpException {
    if (line.isBlank()) {
      return;
    }
    JsonNode message = Messages.parse(line);
    Waiting current = waiting.get();
    if (current != null && Messages.isResponse(message, current.id())) {
      current.response().complete(message);
      return;
    }
    var answer = Messages.answer(message);
    if (answer.isPresent() && !outgoing.offer((answer.get() + "\n").getBytes(UTF_8))) {
      throw new McpException(
          McpException.SERVER_FAILED, "the server asks more than it reads answers");
    }
  }

  private void broken(String why) {
    if (broken.complete(why)) {
      // Nothing more is read, and a server that goes on writing must not wait for it.
      kill();
    }
  }

  private void readErrors() {
    byte[] chunk = new byte[4 << 10];
    try (InputStream in = process.getErrorStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        byte[] all = Arrays.copyOf(errors, errors.length + count);
        System.arraycopy(chunk, 0, all, errors.length, count);
        errors = Arrays.copyOfRange(all, Math.max(0, all.length - ERRORS_KEPT), all.length);
      }
    } catch (IOException e) {
      return; // It is gone, and what it said is kept.
    }
  }

  @Override
  public void close() {
    var _ = broken.complete("the session is closed");
    threads.getLast().interrupt(); // Closes the server's input, which asks it to end.
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
        kill();
        var _ = process.waitFor(KILL_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        kill();
      }
      for (Thread thread : threads) {
        thread.join(KILL_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
      kill();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the server, and whatever it has started. */
  private void kill() {
    try (Stream<ProcessHandle> started = process.descendants()) {
      started.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }
}
