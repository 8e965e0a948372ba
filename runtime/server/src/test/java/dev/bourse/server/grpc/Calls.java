package dev.bourse.server.grpc;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Streaming calls, step by step. */
final class Calls {
  private Calls() {}

  /** A call that reads as fast as the server writes. */
  static <Q, A> Stream<Q, A> open(Function<StreamObserver<A>, StreamObserver<Q>> method) {
    return new Stream<>(method, true);
  }

  /** A call that reads nothing until it is asked to. */
  static <Q, A> Stream<Q, A> openUnread(Function<StreamObserver<A>, StreamObserver<Q>> method) {
    return new Stream<>(method, false);
  }

  /** A method with one request and many answers, as one with many requests. */
  static <Q, A> Function<StreamObserver<A>, StreamObserver<Q>> serverStream(
      BiConsumer<Q, StreamObserver<A>> method) {
    return answers ->
        new StreamObserver<>() {
          @Override
          public void onNext(Q request) {
            method.accept(request, answers);
          }

          @Override
          public void onError(Throwable problem) {}

          @Override
          public void onCompleted() {}
        };
  }

  /** One call. */
  static final class Stream<Q, A> implements ClientResponseObserver<Q, A> {
    private final LinkedBlockingQueue<Optional<A>> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final boolean reads;
    private final StreamObserver<Q> requests;
    private final CompletableFuture<ClientCallStreamObserver<Q>> call = new CompletableFuture<>();

    private Stream(Function<StreamObserver<A>, StreamObserver<Q>> method, boolean reads) {
      this.reads = reads;
      this.requests = method.apply(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> started) {
      boolean _ = call.complete(started);
      if (!reads) {
        started.disableAutoRequestWithInitial(0);
      }
    }

    void send(Q request) {
      requests.onNext(request);
    }

    void request(int count) {
      call.join().request(count);
    }

    void complete() {
      requests.onCompleted();
    }

    void cancel() {
      call.join().cancel("the test goes away", null);
    }

    /** The next answer, which there must be. */
    A next() throws InterruptedException {
      return answers
          .take()
          .orElseThrow(() -> new AssertionError("the call has ended: " + ended.join()));
    }

    /** Waits for the end and drops what comes before. */
    Status.Code end() {
      return ended.join().getCode();
    }

    @Override
    public void onNext(A answer) {
      answers.add(Optional.of(answer));
    }

    @Override
    public void onError(Throwable problem) {
      ended.complete(Status.fromThrowable(problem));
      answers.add(Optional.empty());
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
      answers.add(Optional.empty());
    }
  }
}
