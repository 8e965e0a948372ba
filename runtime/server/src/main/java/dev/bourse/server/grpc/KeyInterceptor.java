package dev.bourse.server.grpc;

import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.ServiceException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets calls in by their key, and ends those that still run when it is revoked. Whoever asks for
 * the server's health needs no key.
 */
final class KeyInterceptor implements ServerInterceptor {
  /** Who makes the current call. */
  private static final Context.Key<Caller> CALLER = Context.key("bourse-caller");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String HEALTH = "grpc.health.v1.Health";

  private final Admission admission;
  private final Map<Context.CancellableContext, Caller> open = new ConcurrentHashMap<>();

  KeyInterceptor(Admission admission) {
    this.admission = admission;
  }

  /** Who makes the current call. */
  static Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("a service was called past its interceptor");
    }
    return caller;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    Admission.Visit visit;
    try {
      visit = admission.enter(Access.bearer(Optional.ofNullable(headers.get(AUTHORIZATION))));
    } catch (ServiceException e) {
      StatusRuntimeException refusal = Failures.of(e);
      Metadata trailers = refusal.getTrailers();
      call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
      return new ServerCall.Listener<>() {};
    }
    Caller caller = visit.caller();
    Context.CancellableContext context =
        Context.current().withValue(CALLER, caller).withCancellation();
    open.put(context, caller);
    context.addListener(
        ended -> {
          // Not when the client has cancelled: that ends the call by itself.
          if (ended.cancellationCause() instanceof StatusRuntimeException refusal
              && refusal.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
            closeQuietly(call, refusal.getStatus());
          }
        },
        Runnable::run);
    ServerCall.Listener<Q> listener;
    try {
      listener = Contexts.interceptCall(context, call, headers, next);
    } catch (RuntimeException | Error e) {
      visit.close();
      open.remove(context);
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        end();
        super.onCancel();
      }

      @Override
      public void onComplete() {
        end();
        super.onComplete();
      }

      private void end() {
        visit.close();
        open.remove(context);
        context.cancel(null);
      }
    };
  }

  private static void closeQuietly(ServerCall<?, ?> call, Status status) {
    try {
      call.close(status, new Metadata());
    } catch (IllegalStateException e) {
      // It was over already.
      return;
    }
  }

  /** Ends the calls whose key opens nothing any more. */
  void endRevoked() {
    open.forEach(
        (context, caller) -> {
          if (!admission.access().isValid(caller)) {
            context.cancel(
                Status.UNAUTHENTICATED
                    .withDescription("the key of this call was revoked")
                    .asRuntimeException());
          }
        });
  }

  /** Calls that run. */
  int openCalls() {
    return open.size();
  }
}
