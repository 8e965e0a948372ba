package dev.bourse.client;

import com.google.protobuf.ByteString;
import dev.bourse.proto.v1.AttachResponse;
import dev.bourse.proto.v1.Outcome;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.Signal;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line to a process: what it says, in order, and what it is told. Reading waits; a client that
 * does not read holds up its process and nothing else. Read by one thread; any thread may send.
 *
 * <p>When the connection breaks, it is made again, and reading goes on where it was.
 */
public final class Attachment implements Iterable<Event>, AutoCloseable {
  private static final int RECONNECTS_MAX = 5;
  private static final long RECONNECT_MILLIS = 200;

  private final Line first;
  private final Reconnect reconnect;
  private volatile Line line;
  private volatile Process process;
  private long next;
  private boolean ended;
  private volatile boolean closed;

  /** Makes another line to a process. */
  interface Reconnect {
    Line to(String processId, long offset);
  }

  /** One call, whatever its requests are called. */
  interface Line {
    @Nullable AttachResponse read() throws InterruptedException, StatusException;

    void send(Signal signal) throws InterruptedException, StatusException;

    void cancel();

    /** A call whose requests are made of signals by {@code request}. */
    static <Q> Line of(BlockingClientCall<Q, AttachResponse> call, Function<Signal, Q> request) {
      return new Line() {
        @Override
        public @Nullable AttachResponse read() throws InterruptedException, StatusException {
          return call.read();
        }

        @Override
        public void send(Signal signal) throws InterruptedException, StatusException {
          if (!call.write(request.apply(signal))) {
            throw Status.FAILED_PRECONDITION.withDescription("the call is over").asException();
          }
        }

        @Override
        public void cancel() {
          call.cancel("the client closed it", null);
        }
      };
    }
  }

  Attachment(Line line, Reconnect reconnect, long offset) {
    this.first = line;
    this.line = line;
    this.reconnect = reconnect;
    this.next = offset;
    try {
      this.process = head(line);
    } catch (StatusException e) {
      throw BourseException.of(e);
    }
  }

  private static Process head(Line line) throws StatusException {
    try {
      AttachResponse head = line.read();
      if (head == null || !head.hasProcess()) {
        throw Status.INTERNAL.withDescription("the server said nothing").asException();
      }
      return head.getProcess();
    } catch (InterruptedException e) {
      line.cancel();
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asException();
    }
  }

  /** The process's id, by which it can be attached to again. */
  public String processId() {
    return process.getId();
  }

  /** The process as it was when it was attached to, or as it ended. */
  public Process process() {
    return process;
  }

  /** The offset of the next event: where another attachment would go on. */
  public long nextOffset() {
    return next;
  }

  /**
   * Waits for the next event.
   *
   * @return null when the process has ended
   */
  public @Nullable Event next() {
    int attempts = 0;
    while (!ended) {
      try {
        AttachResponse answer = line.read();
        if (answer == null) {
          throw Status.UNAVAILABLE.withDescription("the server ended the call").asException();
        }
        attempts = 0;
        if (answer.hasEnded()) {
          process = answer.getEnded();
          ended = true;
        } else if (answer.hasGap()) {
          next = answer.getGap().getEndOffset();
          return new Event.Missed(answer.getGap().getFirstOffset(), next);
        } else if (answer.hasEvent()) {
          next = answer.getEvent().getOffset() + 1;
          return event(answer.getEvent());
        }
      } catch (StatusException e) {
        if (closed || e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw BourseException.of(e);
        }
        reconnect(++attempts, e);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
    return null;
  }

  /** A process that was launched without {@code outlivesCall} is over with its call. */
  private void reconnect(int attempt, StatusException broken) {
    if (attempt > RECONNECTS_MAX) {
      throw BourseException.of(broken);
    }
    try {
      Thread.sleep(RECONNECT_MILLIS << (attempt - 1));
      Line again = reconnect.to(process.getId(), next);
      process = head(again);
      line = again;
    } catch (StatusException e) {
      if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
        throw BourseException.of(e);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static BourseException interrupted() {
    Thread.currentThread().interrupt();
    return BourseException.of(Status.CANCELLED.withDescription("interrupted").asException());
  }

  private static Event event(dev.bourse.proto.v1.Event event) {
    long offset = event.getOffset();
    return switch (event.getEventCase()) {
      case FILE -> new Event.File(offset, event.getFile().toByteArray());
      case STDOUT -> new Event.Stdout(offset, event.getStdout().toByteArray());
      case STDERR -> new Event.Stderr(offset, event.getStderr().toByteArray());
      // A server that is newer than this client may have other kinds.
      case MESSAGE, EVENT_NOT_SET -> new Event.Message(offset, event.getMessage());
    };
  }

  /** Tells the inferlet something. */
  public void send(String message) {
    send(Signal.newBuilder().setMessage(message).build());
  }

  /** Sends the inferlet a file. */
  public void sendFile(byte[] file) {
    send(Signal.newBuilder().setFile(ByteString.copyFrom(file)).build());
  }

  private void send(Signal signal) {
    try {
      line.send(signal);
    } catch (StatusException e) {
      throw BourseException.of(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Reads to the end and returns the text of all that was not read yet. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Event event : this) {
      if (event instanceof Event.Message message) {
        text.append(message.text());
      }
    }
    return text.toString();
  }

  /**
   * Reads to the end and returns what the inferlet returned.
   *
   * @throws InferletFailedException when it did not finish
   */
  public String result() {
    Event said = next();
    while (said != null) {
      said = next();
    }
    return result(process.getOutcome());
  }

  static String result(Outcome outcome) {
    if (outcome.hasFailure()) {
      throw new InferletFailedException(
          outcome.getFailure().getKind(), outcome.getFailure().getMessage());
    }
    return outcome.getResult();
  }

  @Override
  public Iterator<Event> iterator() {
    return new Iterator<>() {
      private @Nullable Event read;

      @Override
      public boolean hasNext() {
        if (read == null) {
          read = Attachment.this.next();
        }
        return read != null;
      }

      @Override
      public Event next() {
        if (!hasNext() || read == null) {
          throw new NoSuchElementException("the process has ended");
        }
        Event event = read;
        read = null;
        return event;
      }
    };
  }

  /** Goes away: the process goes on, unless it was run without {@code outlivesCall}. */
  @Override
  public void close() {
    closed = true;
    line.cancel();
    first.cancel();
  }
}
