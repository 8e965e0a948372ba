package dev.bourse.host.process;

import dev.bourse.engine.Budget;
import dev.bourse.engine.Context.Bids;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.host.process.Outcome.FailureKind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of an inferlet, on a virtual thread of its own. It ends exactly once, and when its
 * outcome is known everything it held has been freed.
 */
public final class InferletProcess {
  private static final Logger LOG = System.getLogger(InferletProcess.class.getName());

  /** A deadline that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Where a process is in its life. */
  public enum State {
    RUNNING,
    STOPPING,
    ENDED
  }

  /** What a process runs: a guest module or a host-side inferlet. */
  public interface Task {
    /** Runs the inferlet to its end and returns its result. */
    String run(InferletProcess process) throws Exception;
  }

  private final String id;
  private final String program;
  private final String username;
  private final String input;
  private final Limits limits;
  private final Capabilities capabilities;
  private final OutputListener output;
  private final Task task;
  private final Thread thread;
  private final Family family;
  private final boolean child;
  private final Launcher launcher;
  private final long deadlineNanos;
  private final UserMessages messages;
  private final List<Mount> mounts;
  private final Optional<TraceContext> trace;
  private final Backlog mail = new Backlog();
  private final Mailbox<String> mailbox = new Mailbox<>(mail, InferletProcess::utf8Length);
  private final Mailbox<byte[]> files = new Mailbox<>(mail, file -> file.length);
  private final ProcessResources resources = new ProcessResources();
  private final Inference inference;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final ReentrantLock stopLock = new ReentrantLock();
  private volatile Outcome.@Nullable Failed stopReason;
  private volatile @Nullable Limit limitReached;
  private volatile LongSupplier memory = () -> 0;
  private volatile State state = State.RUNNING;
  private volatile boolean stopping;
  private Runnable ended = () -> {};

  private final CpuTime cpuTime;

  // Used by the process's thread only.
  private long outputBytes;
  private long logBytes;

  /**
   * A process that a client launches.
   *
   * @param launcher of its children
   */
  public InferletProcess(
      String id,
      String program,
      LaunchDetails details,
      Task task,
      List<ServedModel> models,
      Launcher launcher) {
    this(
        id,
        program,
        details,
        task,
        launcher,
        new Family(details.limits()),
        false,
        new Inference(
            id,
            details.username(),
            models,
            details.limits(),
            details.budget(),
            details.firstBid()));
  }

  /**
   * A process that this one launches.
   *
   * @throws LimitExceededException if there are as many as may be
   * @throws dev.bourse.engine.EngineException if it does not have what the budget says
   */
  public InferletProcess child(
      String childId, String childProgram, LaunchDetails details, Task run) {
    family.enter();
    try {
      LaunchDetails own = details.withLimits(family.within(details.limits()));
      return new InferletProcess(
          childId,
          childProgram,
          own,
          run,
          launcher,
          family,
          true,
          inference.child(childId, own.limits(), own.budget()));
    } catch (RuntimeException | Error e) {
      family.leave();
      throw e;
    }
  }

  private InferletProcess(
      String id,
      String program,
      LaunchDetails details,
      Task task,
      Launcher launcher,
      Family family,
      boolean child,
      Inference inference) {
    this.id = id;
    this.program = program;
    this.username = details.username();
    this.input = details.input();
    this.limits = details.limits();
    this.capabilities = details.capabilities();
    this.messages = details.messages();
    this.mounts = details.mounts();
    this.trace = details.trace();
    this.output = details.output();
    this.task = task;
    this.launcher = launcher;
    this.family = family;
    this.child = child;
    this.inference = inference;
    resources.onEnd(inference::close);
    this.deadlineNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.max(Limit.WALL_TIME_MILLIS));
    this.thread = Thread.ofVirtual().name("inferlet-" + id).unstarted(this::run);
    this.cpuTime = new CpuTime(limits, family, thread);
  }

  /**
   * The parts of a launch that do not depend on what is launched.
   *
   * @param firstBid what its contexts offer until it bids by itself; empty to have the engine bid,
   *     and of no meaning for a child, which goes on with its parent's
   * @param messages the user's
   * @param mounts folders that it can read
   * @param trace what the requests that it sends belong to
   */
  public record LaunchDetails(
      String input,
      String username,
      Limits limits,
      Capabilities capabilities,
      OutputListener output,
      @Nullable Budget budget,
      Optional<Bids> firstBid,
      UserMessages messages,
      List<Mount> mounts,
      Optional<TraceContext> trace) {
    LaunchDetails withLimits(Limits other) {
      return new LaunchDetails(
          input, username, other, capabilities, output, budget, firstBid, messages, mounts, trace);
    }
  }

  /**
   * Starts the thread.
   *
   * @param onEnd runs when everything is freed, before the outcome is known
   */
  public void start(Runnable onEnd) {
    ended = onEnd;
    Preemption.enter(this);
    thread.start();
  }

  public String id() {
    return id;
  }

  /** The name of the program it runs. */
  public String program() {
    return program;
  }

  public String username() {
    return username;
  }

  public State state() {
    return state;
  }

  public Limits limits() {
    return limits;
  }

  /** What it may do beyond computing. */
  public Capabilities capabilities() {
    return capabilities;
  }

  /**
   * Refuses what it was not allowed.
   *
   * @param what it wants to do, as the message begins
   * @throws EngineException when it was not granted {@code needed}
   */
  public void require(Capability needed, String what) {
    if (!capabilities.has(needed)) {
      throw new EngineException(Capabilities.refusal(needed, what));
    }
  }

  /** Tells it that all processes are to end: soon it is stopped, if it goes on. */
  public void announceStop() {
    stopping = true;
  }

  /** Whether it was told to end. */
  public boolean isStopping() {
    return stopping;
  }

  /** Time it has spent computing, in the guest and in host calls, as sampled. */
  public long cpuMillis() {
    return cpuTime.millis();
  }

  /** What it has used of each model, by the model's name; also after it has ended. */
  public Map<String, EngineProcess.Usage> usage() {
    return inference.usage();
  }

  /** Completes when the process has ended and holds nothing any more; never exceptionally. */
  public CompletableFuture<Outcome> outcome() {
    return outcome.copy();
  }

  /**
   * Sends a text message to the inferlet, which receives messages in the order they were sent.
   *
   * @throws LimitExceededException when too many wait for it already
   */
  public void send(String message) {
    mailbox.put(message, limits);
  }

  /**
   * Sends a file to the inferlet, which receives files in the order they were sent.
   *
   * @throws LimitExceededException when too many messages and files wait for it already
   */
  public void sendFile(byte[] file) {
    files.put(file.clone(), limits);
  }

  /** Stops the process wherever it is; does nothing if it is ending already. */
  public void terminate(String reason) {
    stop(new Outcome.Failed(FailureKind.TERMINATED, reason));
  }

  private void stop(Outcome.Failed reason) {
    stopLock.lock();
    try {
      if (stopReason == null && state == State.RUNNING) {
        stopReason = reason;
        state = State.STOPPING;
        thread.interrupt();
      }
    } finally {
      stopLock.unlock();
    }
  }

  /**
   * Launches a child; on this process's thread.
   *
   * @see Launcher#launch
   */
  public InferletProcess launch(String childProgram, String childInput, @Nullable Budget budget)
      throws InterruptedException {
    return launcher.launch(this, childProgram, childInput, budget);
  }

  // The life of the thread

  private void run() {
    Outcome result;
    try {
      String value = ScopedValue.where(Preemption.CURRENT, this).call(() -> task.run(this));
      chargeOutput(utf8Length(value));
      result = new Outcome.Finished(value);
    } catch (Throwable e) { // whatever it is, it ends this process and no other
      result = Failures.classify(this, e);
    }
    Outcome.Failed stopped = endStopping();
    if (stopped != null) {
      result = stopped;
    }
    try {
      Preemption.leave(this);
      resources.close();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "process " + id + " (" + program + ") could not be freed", e);
      result = new Outcome.Failed(FailureKind.INTERNAL, "what it held could not be freed: " + e);
    }
    if (child) {
      family.leave();
    }
    memory = () -> 0; // It held the guest, which is garbage now.
    state = State.ENDED;
    ended.run();
    outcome.complete(result);
  }

  /** From here on nobody interrupts any more: what follows must not be cut short. */
  private Outcome.@Nullable Failed endStopping() {
    stopLock.lock();
    try {
      state = State.STOPPING;
      Thread.interrupted();
      return stopReason;
    } finally {
      stopLock.unlock();
    }
  }

  /** The limit that ended it, if one did. */
  public Optional<Limit> limitReached() {
    return Optional.ofNullable(limitReached);
  }

  void reached(Limit limit) {
    limitReached = limit;
  }

  /** Bytes of its guest's memory; 0 when it has none, or has ended. */
  public long memoryBytes() {
    return memory.getAsLong();
  }

  // What its guest and its imports use

  /** Has its memory measured by {@code bytes}, on any thread. */
  public void measureMemory(LongSupplier bytes) {
    memory = bytes;
  }

  public String input() {
    return input;
  }

  public OutputListener output() {
    return output;
  }

  /** The client's messages to the inferlet. */
  public Mailbox<String> mailbox() {
    return mailbox;
  }

  /** The client's files for the inferlet. */
  public Mailbox<byte[]> files() {
    return files;
  }

  /** The folders that it can read, if it has the capability. */
  public List<Mount> mounts() {
    return mounts;
  }

  /** What the requests that it sends belong to. */
  public Optional<TraceContext> trace() {
    return trace;
  }

  /** The process that the current thread runs, if it runs one. */
  public static Optional<InferletProcess> current() {
    return Preemption.CURRENT.isBound() ? Optional.of(Preemption.CURRENT.get()) : Optional.empty();
  }

  /** What the user's processes tell each other. */
  public UserMessages messages() {
    return messages;
  }

  public ProcessResources resources() {
    return resources;
  }

  public Inference inference() {
    return inference;
  }

  /** Fails when the process is being stopped; called on entry to every host call. */
  public void checkRunning() {
    if (stopReason != null) {
      throw new ProcessStopped();
    }
  }

  /** The guest calls an import: what that computes is charged as well. */
  public void enterHostCall() {
    cpuTime.enterHostCall();
  }

  /** The call is over; the guest may have to give way to others before it goes on. */
  public void leaveHostCall() {
    cpuTime.leaveHostCall();
    Preemption.giveWay(this);
  }

  CpuTime cpuTime() {
    return cpuTime;
  }

  /** On the process's thread: whether engines have computed for others of late. */
  boolean othersCompute(long nowNanos) {
    return inference.othersCompute(nowNanos);
  }

  /** A tick, on the ticker's thread. */
  void tick(long millis, long nowNanos) {
    checkDeadline(nowNanos);
    try {
      cpuTime.sample(millis);
    } catch (LimitExceededException e) {
      stop(Failures.limit(this, e));
    }
  }

  private void checkDeadline(long nowNanos) {
    if (nowNanos - deadlineNanos > 0) {
      long max = limits.max(Limit.WALL_TIME_MILLIS);
      long elapsed = max + TimeUnit.NANOSECONDS.toMillis(nowNanos - deadlineNanos);
      stop(
          Failures.limit(
              this,
              new LimitExceededException(Limit.WALL_TIME_MILLIS, max, Math.max(elapsed, max + 1))));
    }
  }

  public void writeText(String text) {
    chargeOutput(utf8Length(text));
    output.text(text);
  }

  public void writeFile(byte[] bytes) {
    chargeOutput(bytes.length);
    output.file(bytes);
  }

  public void writeStdout(byte[] bytes) {
    chargeOutput(bytes.length);
    output.stdout(bytes);
  }

  public void writeStderr(byte[] bytes) {
    logBytes += bytes.length;
    limits.check(Limit.LOG_BYTES, logBytes);
    output.stderr(bytes);
  }

  private void chargeOutput(long bytes) {
    outputBytes += bytes;
    limits.check(Limit.OUTPUT_BYTES, outputBytes);
  }

  private static long utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Wakes the process's thread when {@code future} is done; see {@link #await}. */
  public void wakeOn(CompletableFuture<?> future) {
    var _ = future.whenComplete((value, error) -> wake());
  }

  /** Has the process's thread look again at what it waits for; see {@link #await}. */
  public void wake() {
    LockSupport.unpark(thread);
  }

  /**
   * Waits on the process's thread until {@code ready}, or until {@link System#nanoTime} passes
   * {@code deadline}. Whatever makes it ready must wake the thread ({@link #wakeOn}).
   *
   * @throws InterruptedException when the process is being stopped
   */
  public void await(BooleanSupplier ready, long deadline) throws InterruptedException {
    while (!ready.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (deadline != NEVER && left <= 0) {
        return;
      }
      if (deadline == NEVER) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, left);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public String toString() {
    return "process " + id + " (" + program + ", " + state + ")";
  }
}
