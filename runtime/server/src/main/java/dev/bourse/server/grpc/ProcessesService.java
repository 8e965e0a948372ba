package dev.bourse.server.grpc;

import com.google.protobuf.Duration;
import dev.bourse.proto.v1.AttachHeader;
import dev.bourse.proto.v1.AttachRequest;
import dev.bourse.proto.v1.AttachResponse;
import dev.bourse.proto.v1.GetProcessRequest;
import dev.bourse.proto.v1.GetProcessResponse;
import dev.bourse.proto.v1.LaunchRequest;
import dev.bourse.proto.v1.LaunchResponse;
import dev.bourse.proto.v1.ListProcessesRequest;
import dev.bourse.proto.v1.ListProcessesResponse;
import dev.bourse.proto.v1.ProcessesGrpc;
import dev.bourse.proto.v1.RunRequest;
import dev.bourse.proto.v1.Signal;
import dev.bourse.proto.v1.SignalRequest;
import dev.bourse.proto.v1.SignalResponse;
import dev.bourse.proto.v1.TerminateRequest;
import dev.bourse.proto.v1.TerminateResponse;
import dev.bourse.proto.v1.WaitRequest;
import dev.bourse.proto.v1.WaitResponse;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Runs of programs. */
final class ProcessesService extends ProcessesGrpc.ProcessesImplBase {
  private final Node node;

  ProcessesService(Node node) {
    this.node = node;
  }

  @Override
  public void launch(LaunchRequest request, StreamObserver<LaunchResponse> answer) {
    Failures.answer(
        answer,
        () ->
            LaunchResponse.newBuilder()
                .setProcess(Convert.process(start(KeyInterceptor.caller(), request)))
                .build());
  }

  private NodeProcess start(Caller caller, LaunchRequest request) {
    return node.launch(
        caller,
        new Launch(
            request.getProgram(),
            request.getInput(),
            request.getLimitsMap(),
            request.getBudget().hasCredits()
                ? OptionalDouble.of(request.getBudget().getCredits())
                : OptionalDouble.empty(),
            request.getBudget().hasTokens()
                ? OptionalLong.of(request.getBudget().getTokens())
                : OptionalLong.empty(),
            request.hasBid()
                ? Optional.of(
                    new Launch.Bid(request.getBid().getPerToken(), request.getBid().getPerPage()))
                : Optional.empty(),
            request.getInterpreted()));
  }

  @Override
  public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> answer) {
    return new Attachment<>((ServerCallStreamObserver<AttachResponse>) answer) {
      private final Caller caller = KeyInterceptor.caller();

      @Override
      NodeProcess begin(AttachRequest first) {
        if (!first.hasHeader()) {
          throw malformed("an attachment begins with its header");
        }
        AttachHeader header = first.getHeader();
        if (header.getOffset() < 0) {
          throw malformed("the offset is %d, but must be at least 0".formatted(header.getOffset()));
        }
        NodeProcess process = node.process(caller, header.getProcessId());
        follow(process, header.getOffset());
        return process;
      }

      @Override
      Signal signal(AttachRequest next) {
        if (!next.hasSignal()) {
          throw malformed("an attachment has one header, and signals behind it");
        }
        return next.getSignal();
      }
    };
  }

  @Override
  public StreamObserver<RunRequest> run(StreamObserver<AttachResponse> answer) {
    return new Attachment<>((ServerCallStreamObserver<AttachResponse>) answer) {
      private final Caller caller = KeyInterceptor.caller();

      @Override
      NodeProcess begin(RunRequest first) {
        if (!first.hasLaunch()) {
          throw malformed("a run begins with a launch");
        }
        NodeProcess process = start(caller, first.getLaunch());
        if (!first.getLaunch().getOutlivesCall()) {
          whenGone(() -> process.terminate("the call that it was launched by is over"));
        }
        follow(process, 0);
        return process;
      }

      @Override
      Signal signal(RunRequest next) {
        if (!next.hasSignal()) {
          throw malformed("a run has one launch, and signals behind it");
        }
        return next.getSignal();
      }
    };
  }

  @Override
  public void listProcesses(
      ListProcessesRequest request, StreamObserver<ListProcessesResponse> answer) {
    Failures.answer(
        answer,
        () ->
            ListProcessesResponse.newBuilder()
                .addAllProcesses(
                    node
                        .processes(
                            KeyInterceptor.caller(), request.getAllTenants(), request.getEnded())
                        .stream()
                        .map(Convert::process)
                        .toList())
                .build());
  }

  @Override
  public void getProcess(GetProcessRequest request, StreamObserver<GetProcessResponse> answer) {
    Failures.answer(
        answer,
        () ->
            GetProcessResponse.newBuilder()
                .setProcess(Convert.process(process(request.getProcessId())))
                .build());
  }

  private NodeProcess process(String id) {
    return node.process(KeyInterceptor.caller(), id);
  }

  @Override
  public void signal(SignalRequest request, StreamObserver<SignalResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          Attachment.send(process(request.getProcessId()), request.getSignal());
          return SignalResponse.getDefaultInstance();
        });
  }

  @Override
  public void terminate(TerminateRequest request, StreamObserver<TerminateResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          String reason = request.getReason().isBlank() ? "terminated" : request.getReason();
          NodeProcess process =
              node.terminate(KeyInterceptor.caller(), request.getProcessId(), reason);
          process.ended().join();
          return TerminateResponse.newBuilder().setProcess(Convert.process(process)).build();
        });
  }

  /** No thread waits here: a client may wait for as many processes as it likes. */
  @Override
  public void wait(WaitRequest request, StreamObserver<WaitResponse> observer) {
    ServerCallStreamObserver<WaitResponse> answer =
        (ServerCallStreamObserver<WaitResponse>) observer;
    NodeProcess process;
    try {
      process = process(request.getProcessId());
    } catch (ServiceException e) {
      answer.onError(Failures.of(e));
      return;
    }
    var ended = process.ended();
    answer.setOnCancelHandler(() -> ended.cancel(false));
    if (request.hasTimeout()) {
      ended.completeOnTimeout(null, millis(request.getTimeout()), TimeUnit.MILLISECONDS);
    }
    var _ =
        ended.whenComplete(
            (end, cancelled) -> {
              if (cancelled == null) {
                Failures.answer(
                    answer,
                    () -> WaitResponse.newBuilder().setProcess(Convert.process(process)).build());
              }
            });
  }

  private static long millis(Duration duration) {
    return Math.max(0, TimeUnit.SECONDS.toMillis(duration.getSeconds()))
        + TimeUnit.NANOSECONDS.toMillis(duration.getNanos());
  }

  static ServiceException malformed(String message) {
    return new ServiceException(Reason.INVALID_ARGUMENT, message);
  }
}
