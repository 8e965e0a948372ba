package dev.bourse.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/**
 * Tells a client that what it sent is no message of the method. gRPC by itself takes that for a
 * fault of the server and logs it with a stack trace, as often as somebody likes to send it.
 *
 * <p>The services behind it parse their messages themselves ({@code useInputStreamMessages}).
 */
final class MessageGuard implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        if (refused) {
          return;
        }
        try {
          super.onMessage(message);
        } catch (StatusRuntimeException e) {
          if (!(e.getCause() instanceof InvalidProtocolBufferException malformed)) {
            throw e;
          }
          refused = true;
          refuse(call, malformed);
          // Whoever follows a process for this call lets go of it.
          super.onCancel();
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        if (!refused) {
          super.onCancel();
        }
      }

      @Override
      public void onComplete() {
        if (!refused) {
          super.onComplete();
        }
      }
    };
  }

  private static void refuse(ServerCall<?, ?> call, InvalidProtocolBufferException malformed) {
    String method = call.getMethodDescriptor().getBareMethodName();
    StatusRuntimeException refusal =
        Failures.of(
            new ServiceException(
                Reason.INVALID_ARGUMENT,
                "this is no message of %s: %s".formatted(method, malformed.getMessage())));
    Metadata trailers = refusal.getTrailers();
    call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
