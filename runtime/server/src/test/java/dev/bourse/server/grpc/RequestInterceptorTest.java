package dev.bourse.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.proto.v1.GetProcessRequest;
import dev.bourse.proto.v1.LaunchRequest;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.ProcessesGrpc;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import dev.bourse.server.access.TenantLimits.Rate;
import dev.bourse.server.node.NodeSettings;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every call gets: an id, its trace, and a limit. */
@Timeout(120)
class RequestInterceptorTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final int BURST = 12;

  @TempDir static Path folder;
  private static TestControlPlane server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    Quotas quotas =
        new Quotas(Map.of(), new TenantLimits(9, new Rate(0.001, 2), new Rate(0.001, BURST), 100));
    server = new TestControlPlane(folder, NodeSettings.DEFAULT.withQuotas(quotas));
    channel = server.connect();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata sent() {
    Metadata sent = new Metadata();
    sent.put(key("x-request-id"), "my-call");
    sent.put(key("traceparent"), PARENT);
    sent.put(key("tracestate"), "a=1");
    return sent;
  }

  /** In one order, as the calls of all use up one burst. */
  @Test
  void aCallHasAnIdATraceAndALimit() {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    var processes =
        ProcessesGrpc.newBlockingStub(channel)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(sent()),
                MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    LaunchRequest launch =
        LaunchRequest.newBuilder()
            .setProgram("text-completion")
            .setInput("{\"prompt\": \"Hi\", \"max_tokens\": 2}")
            .build();
    Process process = processes.launch(launch).getProcess();
    assertThat(process.getRequestId()).isEqualTo("my-call");
    assertThat(process.getTraceparent()).isEqualTo(PARENT);
    assertThat(headers.get().get(key("x-request-id"))).isEqualTo("my-call");
    assertThat(headers.get().get(key("traceparent"))).isEqualTo(PARENT);
    assertThat(headers.get().get(key("tracestate"))).isEqualTo("a=1");

    StatusRuntimeException unknown =
        refusal(
            () -> processes.getProcess(GetProcessRequest.newBuilder().setProcessId("p").build()));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(trailers(unknown).get(key("x-request-id"))).isEqualTo("my-call");

    var models = ModelsGrpc.newBlockingStub(channel);
    assertThat(processes.launch(launch).hasProcess()).isTrue();
    StatusRuntimeException launches = refusal(() -> processes.launch(launch));
    assertThat(launches.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(error(launches).getReason()).isEqualTo("RATE_LIMITED");
    assertThat(error(launches).getDetailsMap()).containsEntry("limit", "launches-per-second");

    for (int call = 4; call < BURST; call++) {
      assertThat(models.listModels(ListModelsRequest.getDefaultInstance()).getModelsCount())
          .isEqualTo(1);
    }
    StatusRuntimeException requests =
        refusal(() -> models.listModels(ListModelsRequest.getDefaultInstance()));
    assertThat(requests.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(error(requests).getReason()).isEqualTo("RATE_LIMITED");
    assertThat(error(requests).getDetailsMap())
        .containsEntry("limit", "requests-per-second")
        .containsKey("retry-after-ms");
    assertThat(trailers(requests).get(key("x-request-id"))).startsWith("req_");
  }

  private static StatusRuntimeException refusal(Runnable call) {
    AtomicReference<StatusRuntimeException> refusal = new AtomicReference<>();
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(StatusRuntimeException.class, refusal::set);
    return refusal.get();
  }

  private static Metadata trailers(StatusRuntimeException refusal) {
    return Objects.requireNonNull(refusal.getTrailers());
  }

  private static dev.bourse.proto.v1.Error error(StatusRuntimeException refusal) {
    return Objects.requireNonNull(trailers(refusal).get(Failures.DETAILS));
  }
}
