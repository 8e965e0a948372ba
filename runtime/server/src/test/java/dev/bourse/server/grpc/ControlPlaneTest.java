package dev.bourse.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.bourse.proto.v1.AttachHeader;
import dev.bourse.proto.v1.AttachRequest;
import dev.bourse.proto.v1.AttachResponse;
import dev.bourse.proto.v1.CreateKeyRequest;
import dev.bourse.proto.v1.DeleteProgramRequest;
import dev.bourse.proto.v1.DeployHeader;
import dev.bourse.proto.v1.DeployRequest;
import dev.bourse.proto.v1.DeployResponse;
import dev.bourse.proto.v1.DescribeProgramRequest;
import dev.bourse.proto.v1.DescribeProgramResponse;
import dev.bourse.proto.v1.Error;
import dev.bourse.proto.v1.FailureKind;
import dev.bourse.proto.v1.GetProcessRequest;
import dev.bourse.proto.v1.GetSnapshotRequest;
import dev.bourse.proto.v1.LaunchRequest;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ListProcessesRequest;
import dev.bourse.proto.v1.ListProgramsRequest;
import dev.bourse.proto.v1.ListSnapshotsRequest;
import dev.bourse.proto.v1.ListTenantsRequest;
import dev.bourse.proto.v1.MarketGrpc;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.ProcessState;
import dev.bourse.proto.v1.ProcessesGrpc;
import dev.bourse.proto.v1.ProgramsGrpc;
import dev.bourse.proto.v1.RenameSnapshotRequest;
import dev.bourse.proto.v1.RunRequest;
import dev.bourse.proto.v1.Signal;
import dev.bourse.proto.v1.SignalRequest;
import dev.bourse.proto.v1.SnapshotsGrpc;
import dev.bourse.proto.v1.TenantsGrpc;
import dev.bourse.proto.v1.TerminateRequest;
import dev.bourse.proto.v1.Tick;
import dev.bourse.proto.v1.WaitRequest;
import dev.bourse.proto.v1.WatchRequest;
import dev.bourse.server.Resources;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeSettings;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services of {@code bourse.v1}, over a connection. */
@Timeout(120)
class ControlPlaneTest {
  private static final int LOG_BYTES = 4096;

  /** Messages that {@code talker.wat} sends at "!". */
  private static final int CHATTER = 4000;

  private static final int WAITING = 16;

  @TempDir Path folder;
  private TestControlPlane server;
  private ManagedChannel channel;
  private ProcessesGrpc.ProcessesBlockingStub processes;

  @BeforeEach
  void start() {
    server = new TestControlPlane(folder, NodeSettings.DEFAULT.withLogBytes(LOG_BYTES));
    channel = server.connect();
    processes = ProcessesGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static LaunchRequest completion(int tokens) {
    return LaunchRequest.newBuilder()
        .setProgram("text-completion")
        .setInput(
            "{\"prompt\": \"What is the capital of France?\", \"max_tokens\": %d}"
                .formatted(tokens))
        .build();
  }

  private Process launch(int tokens) {
    return processes.launch(completion(tokens)).getProcess();
  }

  private Process await(String id) {
    return processes.wait(WaitRequest.newBuilder().setProcessId(id).build()).getProcess();
  }

  private static AttachRequest attach(String id, long offset) {
    return AttachRequest.newBuilder()
        .setHeader(AttachHeader.newBuilder().setProcessId(id).setOffset(offset))
        .build();
  }

  /** The status and the reason that a call was refused with. */
  private static Error refused(Status.Code code, ThrowingCallable call) {
    StatusRuntimeException[] refusal = new StatusRuntimeException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> refusal[0] = e);
    assertThat(refusal[0].getStatus().getCode()).as(refusal[0].toString()).isEqualTo(code);
    Metadata trailers = Objects.requireNonNull(refusal[0].getTrailers());
    return Objects.requireNonNull(trailers.get(Failures.DETAILS));
  }

  @Test
  void aProgramRunsAndItsResultIsKept() {
    Process launched = launch(256);
    assertThat(launched.getTenant()).isEqualTo("local");
    assertThat(launched.getState()).isEqualTo(ProcessState.PROCESS_STATE_RUNNING);

    Process ended = await(launched.getId());
    assertThat(ended.getState()).isEqualTo(ProcessState.PROCESS_STATE_ENDED);
    assertThat(ended.getOutcome().getResult()).contains("Paris");
    assertThat(ended.getUsage().getSampledTokens()).isPositive();
    assertThat(ended.getUsage().getPages()).isZero();
    assertThat(ended.getEndedAt().getSeconds())
        .isGreaterThanOrEqualTo(ended.getLaunchedAt().getSeconds());
  }

  @Test
  void whoRunsAProgramHearsAllOfIt() throws Exception {
    Calls.Stream<RunRequest, AttachResponse> run = Calls.open(ProcessesGrpc.newStub(channel)::run);
    run.send(RunRequest.newBuilder().setLaunch(completion(256)).build());

    StringBuilder said = new StringBuilder();
    assertThat(run.next().getProcess().getState()).isNotEqualTo(ProcessState.PROCESS_STATE_ENDED);
    AttachResponse answer = run.next();
    for (long offset = 0; answer.hasEvent(); offset++, answer = run.next()) {
      assertThat(answer.getEvent().getOffset()).isEqualTo(offset);
      said.append(answer.getEvent().getMessage());
    }
    assertThat(answer.getEnded().getOutcome().getResult()).isEqualTo(said.toString());
    assertThat(run.end()).isEqualTo(Status.Code.OK);
  }

  @Test
  void whoLostTheConnectionGoesOnWhereHeWas() throws Exception {
    Process process = launch(64);
    String result = await(process.getId()).getOutcome().getResult();
    StringBuilder said = new StringBuilder();

    Calls.Stream<AttachRequest, AttachResponse> first =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    first.send(attach(process.getId(), 0));
    assertThat(first.next().hasProcess()).isTrue();
    said.append(first.next().getEvent().getMessage());
    said.append(first.next().getEvent().getMessage());
    first.cancel();

    Calls.Stream<AttachRequest, AttachResponse> second =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    second.send(attach(process.getId(), 2));
    assertThat(second.next().hasProcess()).isTrue();
    for (AttachResponse next = second.next(); next.hasEvent(); next = second.next()) {
      said.append(next.getEvent().getMessage());
    }
    assertThat(said).hasToString(result);
  }

  @Test
  void whatWasDroppedWhileNobodyListenedIsTold() throws Exception {
    Process process = processes.launch(talker()).getProcess();
    for (String text : List.of("!", ".")) {
      processes.signal(
          SignalRequest.newBuilder()
              .setProcessId(process.getId())
              .setSignal(message(text))
              .build());
    }
    Process ended = await(process.getId());
    assertThat(ended.getFirstOffset()).isPositive();

    Calls.Stream<AttachRequest, AttachResponse> late =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    late.send(attach(process.getId(), 0));
    assertThat(late.next().hasProcess()).isTrue();
    AttachResponse gap = late.next();
    assertThat(gap.getGap().getFirstOffset()).isZero();
    assertThat(gap.getGap().getEndOffset()).isEqualTo(ended.getFirstOffset());
    assertThat(late.next().getEvent().getOffset()).isEqualTo(ended.getFirstOffset());
  }

  /** The process fills its log and the connection's window, and waits; another one does not. */
  @Test
  void aSlowClientSlowsItsOwnProcess() throws Exception {
    Calls.Stream<RunRequest, AttachResponse> slow =
        Calls.openUnread(ProcessesGrpc.newStub(channel)::run);
    slow.send(RunRequest.newBuilder().setLaunch(talker()).build());
    slow.request(1);
    String id = slow.next().getProcess().getId();
    slow.send(RunRequest.newBuilder().setSignal(message("!")).build());

    long offset = -1;
    long now = 0;
    while (offset != now || now == 0) { // until it waits for its client
      offset = now;
      assertThat(await(launch(16).getId()).getOutcome().hasResult()).isTrue();
      now = process(id).getNextOffset();
    }
    assertThat(now).isLessThan(CHATTER);
    assertThat(process(id).getAttached()).isOne();
    assertThat(process(id).getNextOffset()).isEqualTo(now);
    Error tooMuch =
        refused(
            Status.Code.RESOURCE_EXHAUSTED,
            () -> {
              for (int i = 0; i <= WAITING; i++) {
                processes.signal(
                    SignalRequest.newBuilder().setProcessId(id).setSignal(message("hi")).build());
              }
            });
    assertThat(tooMuch.getReason()).isEqualTo("LIMIT_EXCEEDED");
    assertThat(tooMuch.getDetailsMap()).containsEntry("limit", "message-queue");

    slow.request(Integer.MAX_VALUE);
    // What it was chatting about, "!", and the messages that waited.
    for (long expected = 0; expected <= CHATTER + WAITING; expected++) {
      assertThat(slow.next().getEvent().getOffset()).isEqualTo(expected);
    }
    slow.send(RunRequest.newBuilder().setSignal(message(".")).build());
    assertThat(slow.next().getEnded().getOutcome().getResult()).isEqualTo(".");
  }

  private Process process(String id) {
    return processes
        .getProcess(GetProcessRequest.newBuilder().setProcessId(id).build())
        .getProcess();
  }

  private static Signal message(String text) {
    return Signal.newBuilder().setMessage(text).build();
  }

  /** The program of {@code talker.wat}, which is deployed first. */
  private LaunchRequest talker() {
    deployTalker();
    return LaunchRequest.newBuilder()
        .setProgram("talker")
        .putLimits("message-queue", WAITING)
        .build();
  }

  private void deployTalker() {
    server
        .served()
        .node()
        .deploy(
            Caller.LOCAL,
            "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
            Resources.bytes("guests/talker.wasm"),
            false);
  }

  @Test
  void whatAClientSendsReachesTheInferlet() throws Exception {
    Calls.Stream<RunRequest, AttachResponse> talk = Calls.open(ProcessesGrpc.newStub(channel)::run);
    talk.send(RunRequest.newBuilder().setLaunch(talker()).build());
    assertThat(talk.next().hasProcess()).isTrue();
    for (String text : List.of("hello", "grüß dich", "\u0000", "x".repeat(100_000))) {
      talk.send(RunRequest.newBuilder().setSignal(message(text)).build());
      assertThat(talk.next().getEvent().getMessage()).isEqualTo(text);
    }
    talk.send(RunRequest.newBuilder().setSignal(message(". over")).build());
    assertThat(talk.next().getEnded().getOutcome().getResult()).isEqualTo(". over");
    assertThat(talk.end()).isEqualTo(Status.Code.OK);
  }

  @Test
  void whoGoesAwayEndsWhatHeRuns() throws Exception {
    Calls.Stream<RunRequest, AttachResponse> run = Calls.open(ProcessesGrpc.newStub(channel)::run);
    run.send(RunRequest.newBuilder().setLaunch(talker()).build());
    String id = run.next().getProcess().getId();
    run.cancel();

    Process ended = await(id);
    assertThat(ended.getOutcome().getFailure().getKind())
        .isEqualTo(FailureKind.FAILURE_KIND_TERMINATED);
    assertThat(ended.getAttached()).isZero();
  }

  @Test
  void whatOutlivesItsCallGoesOn() throws Exception {
    Calls.Stream<RunRequest, AttachResponse> run = Calls.open(ProcessesGrpc.newStub(channel)::run);
    run.send(
        RunRequest.newBuilder()
            .setLaunch(completion(32).toBuilder().setOutlivesCall(true))
            .build());
    String id = run.next().getProcess().getId();
    run.cancel();

    assertThat(await(id).getOutcome().hasResult()).isTrue();
  }

  @Test
  void aProcessIsListedSignalledAndStopped() {
    Process process = processes.launch(talker()).getProcess();
    assertThat(
            processes.listProcesses(ListProcessesRequest.getDefaultInstance()).getProcessesList())
        .extracting(Process::getId)
        .containsExactly(process.getId());
    Signal hello = Signal.newBuilder().setMessage("hello").build();
    SignalRequest signal =
        SignalRequest.newBuilder().setProcessId(process.getId()).setSignal(hello).build();
    processes.signal(signal);
    processes.signal(
        signal.toBuilder()
            .setSignal(Signal.newBuilder().setFile(ByteString.copyFromUtf8("a file")))
            .build());

    Process waiting =
        processes
            .wait(
                WaitRequest.newBuilder()
                    .setProcessId(process.getId())
                    .setTimeout(Duration.newBuilder().setNanos(1_000_000))
                    .build())
            .getProcess();
    assertThat(waiting.hasOutcome()).isFalse();

    Process ended =
        processes
            .terminate(
                TerminateRequest.newBuilder()
                    .setProcessId(process.getId())
                    .setReason("enough")
                    .build())
            .getProcess();
    assertThat(ended.getOutcome().getFailure().getMessage()).isEqualTo("enough");
    Error error = refused(Status.Code.FAILED_PRECONDITION, () -> processes.signal(signal));
    assertThat(error.getReason()).isEqualTo("FAILED_PRECONDITION");
    assertThat(
            processes.listProcesses(ListProcessesRequest.getDefaultInstance()).getProcessesList())
        .isEmpty();
    assertThat(
            processes
                .listProcesses(ListProcessesRequest.newBuilder().setEnded(true).build())
                .getProcessesList())
        .extracting(Process::getId)
        .containsExactly(process.getId());
  }

  @Test
  void anErrorSaysWhatIsWrong() {
    Error unknown =
        refused(
            Status.Code.NOT_FOUND,
            () -> processes.launch(LaunchRequest.newBuilder().setProgram("nothing").build()));
    assertThat(unknown.getReason()).isEqualTo("NOT_FOUND");
    Error limit =
        refused(
            Status.Code.INVALID_ARGUMENT,
            () ->
                processes.launch(
                    completion(1).toBuilder().putLimits("contexts", 1_000_000).build()));
    assertThat(limit.getDetailsMap()).containsEntry("limit", "contexts").containsKey("max");
    refused(
        Status.Code.NOT_FOUND,
        () -> processes.getProcess(GetProcessRequest.newBuilder().setProcessId("p0").build()));
  }

  @Test
  void anAttachmentBeginsWithItsHeader() throws Exception {
    Calls.Stream<AttachRequest, AttachResponse> attach =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    attach.send(
        AttachRequest.newBuilder().setSignal(Signal.newBuilder().setMessage("hello")).build());
    assertThat(attach.end()).isEqualTo(Status.Code.INVALID_ARGUMENT);

    Calls.Stream<AttachRequest, AttachResponse> nobody =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    nobody.send(attach("p0", 0));
    assertThat(nobody.end()).isEqualTo(Status.Code.NOT_FOUND);

    Calls.Stream<AttachRequest, AttachResponse> silent =
        Calls.open(ProcessesGrpc.newStub(channel)::attach);
    silent.complete();
    assertThat(silent.end()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aProgramIsDeployedDescribedAndDeleted() throws Exception {
    byte[] wasm = server.served().node().program(Caller.LOCAL, "text-completion").wasm();
    String manifest =
        """
        name = "mine"
        version = "1.2.0"
        description = "Mine."
        capabilities = ["snapshots"]
        [parameters.prompt]
        type = "string"
        required = true
        description = "What to ask."
        [parameters.max_tokens]
        type = "integer"
        default = 16
        description = "How much to say."
        """;
    DeployResponse deployed = deploy(manifest, wasm, false).next();
    assertThat(deployed.getCreated()).isTrue();
    assertThat(deploy(manifest, wasm, false).next().getCreated()).isFalse();
    assertThat(deploy(manifest + "# other\n", wasm, false).end())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);

    ProgramsGrpc.ProgramsBlockingStub programs = ProgramsGrpc.newBlockingStub(channel);
    DescribeProgramResponse described =
        programs.describeProgram(
            DescribeProgramRequest.newBuilder().setReference("mine@^1.1").build());
    assertThat(described.getProgram().getVersion()).isEqualTo("1.2.0");
    assertThat(described.getModuleBytes()).isEqualTo(wasm.length);
    assertThat(described.getCapabilitiesList()).containsExactly("snapshots");
    assertThat(described.getParametersList())
        .anyMatch(p -> p.getName().equals("max_tokens") && p.getDefaultJson().equals("16"));
    assertThat(programs.listPrograms(ListProgramsRequest.getDefaultInstance()).getProgramsList())
        .anyMatch(p -> p.getName().equals("mine"))
        .anyMatch(p -> p.getName().equals("text-completion") && p.getBuiltIn());

    programs.deleteProgram(
        DeleteProgramRequest.newBuilder().setName("mine").setVersion("1.2.0").build());
    refused(
        Status.Code.NOT_FOUND,
        () ->
            programs.describeProgram(
                DescribeProgramRequest.newBuilder().setReference("mine").build()));
  }

  private Calls.Stream<DeployRequest, DeployResponse> deploy(
      String manifest, byte[] wasm, boolean replace) {
    Calls.Stream<DeployRequest, DeployResponse> call =
        Calls.open(ProgramsGrpc.newStub(channel)::deploy);
    call.send(
        DeployRequest.newBuilder()
            .setHeader(DeployHeader.newBuilder().setManifest(manifest).setReplace(replace))
            .build());
    int part = 100_000;
    for (int at = 0; at < wasm.length; at += part) {
      int length = Math.min(part, wasm.length - at);
      call.send(
          DeployRequest.newBuilder().setModule(ByteString.copyFrom(wasm, at, length)).build());
    }
    call.complete();
    return call;
  }

  @Test
  void whatIsNoModuleIsRefused() throws Exception {
    String manifest = "name = \"bad\"\nversion = \"1.0.0\"\ndescription = \"Bad.\"\n";
    assertThat(deploy(manifest, "not wasm".getBytes(StandardCharsets.UTF_8), false).end())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(deploy("name = 3", new byte[0], false).end())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    Calls.Stream<DeployRequest, DeployResponse> headless =
        Calls.open(ProgramsGrpc.newStub(channel)::deploy);
    headless.send(DeployRequest.newBuilder().setModule(ByteString.copyFromUtf8("x")).build());
    assertThat(headless.end()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void snapshotsAreListedRenamedAndDeleted() {
    Process process =
        processes
            .launch(
                LaunchRequest.newBuilder()
                    .setProgram("conversation")
                    .setInput("{\"name\": \"talk\", \"prompt\": \"Hello\", \"max_tokens\": 4}")
                    .build())
            .getProcess();
    assertThat(await(process.getId()).getOutcome().hasResult()).isTrue();

    SnapshotsGrpc.SnapshotsBlockingStub snapshots = SnapshotsGrpc.newBlockingStub(channel);
    assertThat(
            snapshots.listSnapshots(ListSnapshotsRequest.getDefaultInstance()).getSnapshotsList())
        .singleElement()
        .matches(s -> s.getName().equals("talk") && s.getTokens() > 0 && s.getBytes() > 0);
    snapshots.renameSnapshot(
        RenameSnapshotRequest.newBuilder().setFrom("talk").setTo("other").build());
    refused(
        Status.Code.NOT_FOUND,
        () -> snapshots.getSnapshot(GetSnapshotRequest.newBuilder().setName("talk").build()));
    assertThat(
            snapshots
                .getSnapshot(GetSnapshotRequest.newBuilder().setName("other").build())
                .getSnapshot()
                .getModel())
        .isNotEmpty();
  }

  @Test
  void modelsTenantsAndTheMarketAreShown() throws Exception {
    await(launch(8).getId());
    assertThat(
            ModelsGrpc.newBlockingStub(channel)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList())
        .singleElement()
        .matches(model -> model.getContextLength() > 0 && model.getDigest().length() == 64);
    assertThat(
            TenantsGrpc.newBlockingStub(channel)
                .listTenants(ListTenantsRequest.newBuilder().setAll(true).build())
                .getTenantsList())
        .singleElement()
        .matches(tenant -> tenant.getName().equals("local") && tenant.getAccountsCount() == 1);

    Iterator<Tick> ticks =
        MarketGrpc.newBlockingStub(channel)
            .watch(
                WatchRequest.newBuilder()
                    .setInterval(Duration.newBuilder().setNanos(50_000_000))
                    .build());
    Tick first = ticks.next();
    assertThat(first.getPolicy()).isEqualTo("market");
    assertThat(first.getPages().getTotal()).isPositive();
    assertThat(first.getMinted()).isPositive();
    assertThat(ticks.next().getStep()).isGreaterThanOrEqualTo(first.getStep());
    refused(
        Status.Code.INVALID_ARGUMENT,
        () ->
            MarketGrpc.newBlockingStub(channel)
                .watch(
                    WatchRequest.newBuilder()
                        .setInterval(Duration.newBuilder().setNanos(1))
                        .build())
                .next());
  }

  @Test
  void healthAndReflectionAnswer() throws Exception {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    Calls.Stream<ServerReflectionRequest, ServerReflectionResponse> reflection =
        Calls.open(ServerReflectionGrpc.newStub(channel)::serverReflectionInfo);
    reflection.send(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(reflection.next().getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains("bourse.v1.Processes", "bourse.v1.Programs", "bourse.v1.Market");
    reflection.complete();
    assertThat(reflection.end()).isEqualTo(Status.Code.OK);
  }

  @Test
  void aRevokedKeyEndsWhatItOpened() throws Exception {
    var created = server.keys().create("ann", Role.ADMINISTER, "");
    Calls.Stream<WatchRequest, Tick> watch =
        Calls.open(
            Calls.serverStream(
                MarketGrpc.newStub(channel)
                        .withCallCredentials(TestControlPlane.secret(created.secret()))
                    ::watch));
    watch.send(WatchRequest.getDefaultInstance());
    assertThat(watch.next().getPolicy()).isEqualTo("market");

    server.keys().revoke(created.key().id());
    assertThat(watch.end()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void changesAreAudited() throws Exception {
    Process process = processes.launch(talker()).getProcess();
    processes.terminate(TerminateRequest.newBuilder().setProcessId(process.getId()).build());
    TenantsGrpc.newBlockingStub(channel)
        .createKey(
            CreateKeyRequest.newBuilder()
                .setTenant("ann")
                .setRole(dev.bourse.proto.v1.Role.ROLE_USE)
                .build());
    List<String> lines = Files.readAllLines(server.audit());
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).contains("program.deploy", "talker@1.0.0");
    assertThat(lines.get(1)).contains("process.terminate", process.getId());
    assertThat(lines.getLast()).contains("key.create").doesNotContain("bourse_");
  }
}
