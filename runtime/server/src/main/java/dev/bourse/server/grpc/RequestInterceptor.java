package dev.bourse.server.grpc;

import dev.bourse.host.process.TraceContext;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.request.RequestScope;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * What every call passes first: it gets an id, which its answer tells, and somebody learns how it
 * ended.
 */
final class RequestInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> ID = key(RequestScope.ID);
  private static final Metadata.Key<String> PARENT = key(TraceContext.PARENT);
  private static final Metadata.Key<String> STATE = key(TraceContext.STATE);

  private final RequestObserver observer;

  RequestInterceptor(RequestObserver observer) {
    this.observer = observer;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static List<String> values(Metadata headers, Metadata.Key<String> key) {
    List<String> values = new ArrayList<>();
    Iterable<String> all = headers.getAll(key);
    if (all != null) {
      all.forEach(values::add);
    }
    return values;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String name = call.getMethodDescriptor().getFullMethodName();
    RequestScope scope =
        RequestScope.begin(
            RequestScope.Wire.GRPC,
            values(headers, ID),
            TraceContext.of(values(headers, PARENT), values(headers, STATE)),
            "",
            "/" + name);
    scope.route(name);
    observer.begun(scope);
    Told<Q, A> told = new Told<>(call, scope);
    try {
      return told.listening(scope.call(() -> next.startCall(told, headers)));
    } catch (RuntimeException | Error e) {
      told.over(Status.UNKNOWN, false);
      throw e;
    }
  }

  /** A call whose end is told. */
  private final class Told<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final RequestScope scope;
    private final AtomicBoolean over = new AtomicBoolean();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private volatile Status status = Status.CANCELLED;

    Told(ServerCall<Q, A> call, RequestScope scope) {
      super(call);
      this.scope = scope;
    }

    private void sign(Metadata metadata) {
      metadata.put(ID, scope.id());
      scope
          .trace()
          .ifPresent(
              trace -> {
                metadata.put(PARENT, trace.parent());
                if (!trace.state().isEmpty()) {
                  metadata.put(STATE, trace.state());
                }
              });
    }

    @Override
    public void sendHeaders(Metadata headers) {
      sign(headers);
      super.sendHeaders(headers);
    }

    @Override
    public void sendMessage(A message) {
      sent.increment();
      super.sendMessage(message);
    }

    @Override
    public void close(Status end, Metadata trailers) {
      status = end;
      if (!end.isOk()) {
        sign(trailers);
      }
      super.close(end, trailers);
    }

    private void over(Status end, boolean complete) {
      if (over.compareAndSet(false, true)) {
        observer.ended(
            scope,
            new RequestObserver.End(end.getCode().name(), complete, received.sum(), sent.sum()));
      }
    }

    /** The listener, on threads to which the request is bound. */
    ServerCall.Listener<Q> listening(ServerCall.Listener<Q> listener) {
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onMessage(Q message) {
          received.increment();
          scope.run(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
          scope.run(super::onHalfClose);
        }

        @Override
        public void onReady() {
          scope.run(super::onReady);
        }

        @Override
        public void onCancel() {
          over(Status.CANCELLED, false);
          scope.run(super::onCancel);
        }

        @Override
        public void onComplete() {
          over(status, true);
          scope.run(super::onComplete);
        }
      };
    }
  }
}
