package dev.bourse.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.bourse.proto.v1.AddModelRequest;
import dev.bourse.proto.v1.AttachHeader;
import dev.bourse.proto.v1.AttachRequest;
import dev.bourse.proto.v1.CreateKeyRequest;
import dev.bourse.proto.v1.DeleteProgramRequest;
import dev.bourse.proto.v1.DeleteSnapshotRequest;
import dev.bourse.proto.v1.DeployHeader;
import dev.bourse.proto.v1.DeployRequest;
import dev.bourse.proto.v1.DescribeProgramRequest;
import dev.bourse.proto.v1.GetProcessRequest;
import dev.bourse.proto.v1.GetSnapshotRequest;
import dev.bourse.proto.v1.LaunchRequest;
import dev.bourse.proto.v1.ListKeysRequest;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ListProcessesRequest;
import dev.bourse.proto.v1.ListProgramsRequest;
import dev.bourse.proto.v1.ListSnapshotsRequest;
import dev.bourse.proto.v1.ListTenantsRequest;
import dev.bourse.proto.v1.MarketOuterClass;
import dev.bourse.proto.v1.ModelsOuterClass;
import dev.bourse.proto.v1.ProcessesOuterClass;
import dev.bourse.proto.v1.ProgramsOuterClass;
import dev.bourse.proto.v1.RemoveModelRequest;
import dev.bourse.proto.v1.RenameSnapshotRequest;
import dev.bourse.proto.v1.RevokeKeyRequest;
import dev.bourse.proto.v1.RotateKeyRequest;
import dev.bourse.proto.v1.RunRequest;
import dev.bourse.proto.v1.Signal;
import dev.bourse.proto.v1.SignalRequest;
import dev.bourse.proto.v1.SnapshotsOuterClass;
import dev.bourse.proto.v1.TenantsOuterClass;
import dev.bourse.proto.v1.TerminateRequest;
import dev.bourse.proto.v1.WaitRequest;
import dev.bourse.proto.v1.WatchRequest;
import dev.bourse.server.Resources;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.Launch;
import dev.bourse.server.node.NodeSettings;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every method of every service, tried by whoever may not: without a key, with a wrong one, with a
 * revoked one, with a role too low, and on what belongs to another tenant. A method that is added
 * to a proto and not here fails.
 */
@Timeout(120)
class AccessMatrixTest {
  @TempDir static Path folder;
  private static TestControlPlane server;
  private static ManagedChannel channel;
  private static String owners;
  private static String foreign;
  private static String revoked;
  private static final Map<Role, String> STRANGER = new LinkedHashMap<>();

  /** The process of ann that others try. */
  private static String process;

  @BeforeAll
  static void start() {
    server = new TestControlPlane(folder, NodeSettings.DEFAULT);
    channel = server.connect();
    owners = server.keys().create("ann", Role.ADMINISTER, "").secret();
    for (Role role : Role.values()) {
      STRANGER.put(role, server.keys().create("bob", role, "").secret());
    }
    foreign = secret(Role.DEPLOY);
    var gone = server.keys().create("ann", Role.ADMINISTER, "");
    revoked = gone.secret();
    server.keys().revoke(gone.key().id());
    Caller ann = new Caller("ann", Role.ADMINISTER, "test");
    server
        .served()
        .node()
        .deploy(
            ann,
            "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
            Resources.bytes("guests/talker.wasm"),
            false);
    process = server.served().node().launch(ann, Launch.of("talker", "{}")).id();
    server
        .served()
        .node()
        .launch(
            ann,
            Launch.of(
                "conversation", "{\"name\": \"talk\", \"prompt\": \"Hi\", \"max_tokens\": 2}"))
        .ended()
        .join();
  }

  private static String secret(Role role) {
    return Objects.requireNonNull(STRANGER.get(role));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * A method, and how it is tried.
   *
   * @param needs the role that it takes
   * @param own a request about what is the caller's own or nobody's
   * @param annsSecrets a request about what belongs to ann, and what it ends with for another
   *     tenant
   */
  private record Trial(Role needs, Message own, Message annsSecrets, Status.Code foreign) {}

  private static Trial own(Role needs, Message request) {
    return new Trial(needs, request, request, Status.Code.OK);
  }

  private static Trial anns(Role needs, Message request) {
    return new Trial(needs, request, request, Status.Code.NOT_FOUND);
  }

  private static Map<String, Trial> trials() {
    Signal hello = Signal.newBuilder().setMessage("hello").build();
    Map<String, Trial> trials = new LinkedHashMap<>();
    trials.put(
        "Programs/Deploy",
        new Trial(
            Role.DEPLOY,
            DeployRequest.newBuilder().setHeader(DeployHeader.getDefaultInstance()).build(),
            DeployRequest.newBuilder().setHeader(DeployHeader.getDefaultInstance()).build(),
            Status.Code.INVALID_ARGUMENT));
    trials.put("Programs/ListPrograms", own(Role.USE, ListProgramsRequest.getDefaultInstance()));
    trials.put(
        "Programs/DescribeProgram",
        anns(Role.USE, DescribeProgramRequest.newBuilder().setReference("talker").build()));
    trials.put(
        "Programs/DeleteProgram",
        anns(
            Role.DEPLOY,
            DeleteProgramRequest.newBuilder().setName("talker").setVersion("1.0.0").build()));
    trials.put(
        "Processes/Launch",
        anns(Role.USE, LaunchRequest.newBuilder().setProgram("talker").build()));
    trials.put(
        "Processes/Run",
        anns(
            Role.USE,
            RunRequest.newBuilder()
                .setLaunch(LaunchRequest.newBuilder().setProgram("talker"))
                .build()));
    trials.put(
        "Processes/Attach",
        anns(
            Role.USE,
            AttachRequest.newBuilder()
                .setHeader(AttachHeader.newBuilder().setProcessId(process))
                .build()));
    trials.put("Processes/ListProcesses", own(Role.USE, ListProcessesRequest.getDefaultInstance()));
    trials.put(
        "Processes/GetProcess",
        anns(Role.USE, GetProcessRequest.newBuilder().setProcessId(process).build()));
    trials.put(
        "Processes/Signal",
        anns(Role.USE, SignalRequest.newBuilder().setProcessId(process).setSignal(hello).build()));
    trials.put(
        "Processes/Terminate",
        anns(Role.USE, TerminateRequest.newBuilder().setProcessId(process).build()));
    trials.put(
        "Processes/Wait", anns(Role.USE, WaitRequest.newBuilder().setProcessId(process).build()));
    trials.put("Snapshots/ListSnapshots", own(Role.USE, ListSnapshotsRequest.getDefaultInstance()));
    trials.put(
        "Snapshots/GetSnapshot",
        anns(Role.USE, GetSnapshotRequest.newBuilder().setName("@ann/talk").build()));
    trials.put(
        "Snapshots/DeleteSnapshot",
        anns(Role.USE, DeleteSnapshotRequest.newBuilder().setName("talk").build()));
    trials.put(
        "Snapshots/RenameSnapshot",
        anns(Role.USE, RenameSnapshotRequest.newBuilder().setFrom("talk").setTo("mine").build()));
    trials.put("Models/ListModels", own(Role.USE, ListModelsRequest.getDefaultInstance()));
    trials.put("Models/AddModel", own(Role.ADMINISTER, AddModelRequest.getDefaultInstance()));
    trials.put("Models/RemoveModel", own(Role.ADMINISTER, RemoveModelRequest.getDefaultInstance()));
    trials.put("Tenants/ListTenants", own(Role.USE, ListTenantsRequest.getDefaultInstance()));
    trials.put("Tenants/CreateKey", own(Role.ADMINISTER, CreateKeyRequest.getDefaultInstance()));
    trials.put("Tenants/ListKeys", own(Role.ADMINISTER, ListKeysRequest.getDefaultInstance()));
    trials.put("Tenants/RevokeKey", own(Role.ADMINISTER, RevokeKeyRequest.getDefaultInstance()));
    trials.put("Tenants/RotateKey", own(Role.ADMINISTER, RotateKeyRequest.getDefaultInstance()));
    trials.put("Market/Watch", own(Role.USE, WatchRequest.getDefaultInstance()));
    return trials;
  }

  private static List<MethodDescriptor> methods() {
    return Stream.of(
            ProgramsOuterClass.getDescriptor(),
            ProcessesOuterClass.getDescriptor(),
            SnapshotsOuterClass.getDescriptor(),
            ModelsOuterClass.getDescriptor(),
            TenantsOuterClass.getDescriptor(),
            MarketOuterClass.getDescriptor())
        .flatMap(file -> file.getServices().stream())
        .map(ServiceDescriptor::getMethods)
        .flatMap(List::stream)
        .toList();
  }

  private static String name(MethodDescriptor method) {
    return method.getService().getName() + "/" + method.getName();
  }

  @Test
  void everyMethodIsTried() {
    assertThat(methods()).extracting(AccessMatrixTest::name).hasSizeGreaterThan(20);
    assertThat(trials().keySet())
        .containsExactlyInAnyOrderElementsOf(
            methods().stream().map(AccessMatrixTest::name).toList());
  }

  @TestFactory
  Stream<DynamicTest> nobodyGetsWhereHeMayNot() {
    Map<String, Trial> trials = trials();
    return methods().stream()
        .flatMap(
            method -> {
              Trial trial = Objects.requireNonNull(trials.get(name(method)));
              Stream<DynamicTest> strangers =
                  Stream.of("", "bourse_wrong", revoked, owners.toUpperCase(Locale.ROOT))
                      .map(
                          secret ->
                              DynamicTest.dynamicTest(
                                  name(method) + " with the key '" + excerpt(secret) + "'",
                                  () ->
                                      assertThat(call(method, trial.own(), secret))
                                          .isEqualTo(Status.Code.UNAUTHENTICATED)));
              Stream<DynamicTest> low =
                  STRANGER.entrySet().stream()
                      .filter(entry -> !entry.getKey().includes(trial.needs()))
                      .map(
                          entry ->
                              DynamicTest.dynamicTest(
                                  name(method) + " with the role " + entry.getKey().key(),
                                  () ->
                                      assertThat(call(method, trial.own(), entry.getValue()))
                                          .isEqualTo(Status.Code.PERMISSION_DENIED)));
              Stream<DynamicTest> other =
                  trial.needs() == Role.ADMINISTER
                      ? Stream.of()
                      : Stream.of(
                          DynamicTest.dynamicTest(
                              name(method) + " on what is another tenant's",
                              () ->
                                  assertThat(call(method, trial.annsSecrets(), foreign))
                                      .isEqualTo(trial.foreign())));
              return Stream.of(strangers, low, other).flatMap(tests -> tests);
            });
  }

  private static String excerpt(String secret) {
    return secret.substring(0, Math.min(8, secret.length()));
  }

  /** What another tenant lists holds nothing of ann's. */
  @Test
  void aListHoldsNothingOfAnotherTenants() throws Exception {
    for (String list :
        List.of(
            "Programs/ListPrograms",
            "Processes/ListProcesses",
            "Snapshots/ListSnapshots",
            "Tenants/ListTenants",
            "Market/Watch")) {
      MethodDescriptor method =
          methods().stream().filter(m -> name(m).equals(list)).findFirst().orElseThrow();
      String answer = answer(method, Objects.requireNonNull(trials().get(list)).own(), foreign);
      assertThat(answer).as(list).doesNotContain("ann", "talk", process);
    }
  }

  @Test
  void allTenantsAreForThoseWhoAdminister() throws Exception {
    MethodDescriptor processes =
        methods().stream()
            .filter(m -> name(m).equals("Processes/ListProcesses"))
            .findFirst()
            .orElseThrow();
    Message all = ListProcessesRequest.newBuilder().setAllTenants(true).build();
    assertThat(call(processes, all, foreign)).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(answer(processes, all, secret(Role.ADMINISTER))).contains(process);
  }

  private static Status.Code call(MethodDescriptor method, Message request, String secret)
      throws Exception {
    return exchange(method, request, secret).ended().get(60, TimeUnit.SECONDS).getCode();
  }

  private static String answer(MethodDescriptor method, Message request, String secret)
      throws Exception {
    return exchange(method, request, secret).first().get(60, TimeUnit.SECONDS).toString();
  }

  /** The first answer of a call, and its end; it is cancelled at the first answer, which is OK. */
  private record Exchanged(
      CompletableFuture<DynamicMessage> first, CompletableFuture<Status> ended) {}

  private static Exchanged exchange(MethodDescriptor method, Message request, String secret) {
    io.grpc.MethodDescriptor<Message, DynamicMessage> described =
        io.grpc.MethodDescriptor.<Message, DynamicMessage>newBuilder()
            .setType(io.grpc.MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(
                io.grpc.MethodDescriptor.generateFullMethodName(
                    method.getService().getFullName(), method.getName()))
            .setRequestMarshaller(ProtoUtils.marshaller(request.getDefaultInstanceForType()))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build();
    CallOptions options =
        secret.isEmpty()
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(TestControlPlane.secret(secret));
    ClientCall<Message, DynamicMessage> call = channel.newCall(described, options);
    Exchanged exchanged = new Exchanged(new CompletableFuture<>(), new CompletableFuture<>());
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(DynamicMessage answer) {
            exchanged.first().complete(answer);
            exchanged.ended().complete(Status.OK);
            call.cancel("that is enough", null);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            exchanged.ended().complete(status);
            exchanged.first().completeExceptionally(new AssertionError("no answer, but " + status));
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    return exchanged;
  }
}
