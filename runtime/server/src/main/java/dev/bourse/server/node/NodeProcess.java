package dev.bourse.server.node;

import dev.bourse.engine.EngineProcess.Usage;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.InferletProcess.State;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.TraceContext;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process that a caller launched, and what it said. Thread safe. */
public final class NodeProcess {
  private final InferletProcess process;
  private final EventLog log;
  private final Instant launchedAt;
  private final String request;
  private final CompletableFuture<Ended> ended;

  /** How it ended, and when. */
  public record Ended(Outcome outcome, Instant at) {}

  NodeProcess(InferletProcess process, EventLog log, Instant launchedAt, String request) {
    this.process = process;
    this.log = log;
    this.launchedAt = launchedAt;
    this.request = request;
    this.ended = process.outcome().thenApply(outcome -> new Ended(outcome, Instant.now()));
    var _ = ended.thenAccept(end -> log.end());
  }

  public String id() {
    return process.id();
  }

  /** {@code NAME@VERSION}. */
  public String program() {
    return process.program();
  }

  public String tenant() {
    return process.username();
  }

  public State state() {
    return process.state();
  }

  public Instant launchedAt() {
    return launchedAt;
  }

  /** The id of the request that launched it; empty if there was none. */
  public String request() {
    return request;
  }

  /** The trace that it belongs to, if there is one. */
  public Optional<TraceContext> trace() {
    return process.trace();
  }

  /** What it said. */
  public EventLog log() {
    return log;
  }

  /** How it ended, if it has. */
  public Optional<Ended> end() {
    return Optional.ofNullable(ended.getNow(null));
  }

  /** Completes when it has ended and holds nothing any more. */
  public CompletableFuture<Ended> ended() {
    return ended.copy();
  }

  /** What it used of each model, by the model's name. */
  public Map<String, Usage> usage() {
    return process.usage();
  }

  public long cpuMillis() {
    return process.cpuMillis();
  }

  /**
   * Sends a message to the inferlet.
   *
   * @throws ServiceException when too many wait for it, or it has ended
   */
  public void send(String message) {
    requireRunning();
    try {
      process.send(message);
    } catch (LimitExceededException e) {
      throw tooMuch(e);
    }
  }

  /**
   * Sends a file to the inferlet.
   *
   * @throws ServiceException when too many messages and files wait for it, or it has ended
   */
  public void sendFile(byte[] file) {
    requireRunning();
    try {
      process.sendFile(file);
    } catch (LimitExceededException e) {
      throw tooMuch(e);
    }
  }

  private void requireRunning() {
    if (state() == State.ENDED) {
      throw new ServiceException(
          Reason.FAILED_PRECONDITION, "process %s has ended".formatted(id()));
    }
  }

  private static ServiceException tooMuch(LimitExceededException e) {
    return new ServiceException(
        Reason.LIMIT_EXCEEDED, String.valueOf(e.getMessage()), Map.of("limit", e.limit().key()));
  }

  /** Stops it wherever it is; does nothing if it has ended. */
  public void terminate(String reason) {
    process.terminate(reason);
  }
}
