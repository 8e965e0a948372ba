package dev.bourse.server.grpc;

import dev.bourse.proto.v1.AttachResponse;
import dev.bourse.proto.v1.Gap;
import dev.bourse.proto.v1.Signal;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.NodeProcess;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client that follows a process and talks to it: what it sends goes to the inferlet, and a thread
 * of its own sends it what the process says, as fast as it takes that. So a slow client holds up
 * its process, by the log's rules, and nothing else.
 *
 * @param <Q> what the client sends
 */
abstract class Attachment<Q> implements StreamObserver<Q> {
  private final ServerCallStreamObserver<AttachResponse> answer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable NodeProcess process;
  private @Nullable Thread sender;
  private Runnable whenGone = () -> {};
  private boolean gone;

  Attachment(ServerCallStreamObserver<AttachResponse> answer) {
    this.answer = answer;
    answer.setOnReadyHandler(this::wake);
    answer.setOnCancelHandler(this::gone);
  }

  /** Finds or starts the process that the client wants to follow, and {@link #follow}s it. */
  abstract NodeProcess begin(Q first);

  /** What a message after the first has for the inferlet. */
  abstract Signal signal(Q next);

  /** Runs {@code action} when the client goes away before the process has ended. */
  void whenGone(Runnable action) {
    whenGone = action;
  }

  static ServiceException malformed(String message) {
    return ProcessesService.malformed(message);
  }

  @Override
  public void onNext(Q request) {
    try {
      NodeProcess known = process;
      if (known == null) {
        process = begin(request);
      } else {
        send(known, signal(request));
      }
    } catch (RuntimeException | Error e) { // whatever it is, it ends this call only
      fail(e);
    }
  }

  /** Tells an inferlet what a client has for it. */
  static void send(NodeProcess process, Signal signal) {
    switch (signal.getSignalCase()) {
      case MESSAGE -> process.send(signal.getMessage());
      case FILE -> process.sendFile(signal.getFile().toByteArray());
      case SIGNAL_NOT_SET -> throw malformed("a signal is a message or a file");
    }
  }

  void follow(NodeProcess followed, long offset) {
    EventLog.Reader reader = followed.log().read(offset);
    Thread thread =
        Thread.ofVirtual()
            .name("attached-" + followed.id())
            .unstarted(
                () -> {
                  try (reader) {
                    send(followed, reader);
                  } catch (InterruptedException e) {
                    // The client went away, or failed: the call is over already.
                    return;
                  } catch (IllegalStateException e) {
                    // So it is when its key was revoked, before it could be heard here.
                    gone();
                  }
                });
    lock.lock();
    try {
      sender = thread;
      if (gone) {
        reader.close();
        return;
      }
    } finally {
      lock.unlock();
    }
    thread.start();
  }

  private void send(NodeProcess followed, EventLog.Reader reader) throws InterruptedException {
    tell(AttachResponse.newBuilder().setProcess(Convert.process(followed)).build());
    while (true) {
      switch (reader.next()) {
        case EventLog.Next.Said(long offset, var event) ->
            tell(AttachResponse.newBuilder().setEvent(Convert.event(offset, event)).build());
        case EventLog.Next.Missed(long first, long end) ->
            tell(
                AttachResponse.newBuilder()
                    .setGap(Gap.newBuilder().setFirstOffset(first).setEndOffset(end))
                    .build());
        case EventLog.Next.Over() -> {
          followed.ended().join();
          tell(AttachResponse.newBuilder().setEnded(Convert.process(followed)).build());
          complete();
          return;
        }
      }
    }
  }

  /** Sends one message when the client has room for it. */
  private void tell(AttachResponse message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!answer.isReady() && !gone) {
        changed.await();
      }
      if (gone) {
        throw new InterruptedException();
      }
      answer.onNext(message);
    } finally {
      lock.unlock();
    }
  }

  private void complete() {
    lock.lock();
    try {
      if (!gone) {
        gone = true;
        answer.onCompleted();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable problem) {
    lock.lock();
    try {
      if (!gone) {
        gone = true;
        answer.onError(Failures.of(problem));
      }
    } finally {
      lock.unlock();
    }
    stopSending();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void gone() {
    boolean first;
    lock.lock();
    try {
      first = !gone;
      gone = true;
    } finally {
      lock.unlock();
    }
    stopSending();
    if (first) {
      whenGone.run();
    }
  }

  private void stopSending() {
    lock.lock();
    try {
      if (sender != null) {
        sender.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes from the client, which may still listen. */
  @Override
  public void onCompleted() {
    if (process == null) {
      fail(new ServiceException(Reason.INVALID_ARGUMENT, "the client sent nothing"));
    }
  }

  /** The call was cancelled, or what the client sent is no message. */
  @Override
  public void onError(Throwable problem) {
    gone();
  }
}
