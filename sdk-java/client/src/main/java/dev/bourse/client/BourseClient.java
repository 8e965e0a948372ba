package dev.bourse.client;

import com.google.protobuf.ByteString;
import dev.bourse.proto.v1.AddModelRequest;
import dev.bourse.proto.v1.AddModelResponse;
import dev.bourse.proto.v1.AttachHeader;
import dev.bourse.proto.v1.AttachRequest;
import dev.bourse.proto.v1.AttachResponse;
import dev.bourse.proto.v1.CreateKeyRequest;
import dev.bourse.proto.v1.CreateKeyResponse;
import dev.bourse.proto.v1.DeleteProgramRequest;
import dev.bourse.proto.v1.DeleteSnapshotRequest;
import dev.bourse.proto.v1.DeployHeader;
import dev.bourse.proto.v1.DeployRequest;
import dev.bourse.proto.v1.DeployResponse;
import dev.bourse.proto.v1.DescribeProgramRequest;
import dev.bourse.proto.v1.DescribeProgramResponse;
import dev.bourse.proto.v1.GetProcessRequest;
import dev.bourse.proto.v1.GetSnapshotRequest;
import dev.bourse.proto.v1.Key;
import dev.bourse.proto.v1.ListKeysRequest;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.ListProcessesRequest;
import dev.bourse.proto.v1.ListProgramsRequest;
import dev.bourse.proto.v1.ListSnapshotsRequest;
import dev.bourse.proto.v1.ListTenantsRequest;
import dev.bourse.proto.v1.MarketGrpc;
import dev.bourse.proto.v1.Model;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.ProcessesGrpc;
import dev.bourse.proto.v1.ProgramVersion;
import dev.bourse.proto.v1.ProgramsGrpc;
import dev.bourse.proto.v1.RemoveModelRequest;
import dev.bourse.proto.v1.RenameSnapshotRequest;
import dev.bourse.proto.v1.RevokeKeyRequest;
import dev.bourse.proto.v1.Role;
import dev.bourse.proto.v1.RotateKeyRequest;
import dev.bourse.proto.v1.RotateKeyResponse;
import dev.bourse.proto.v1.RunRequest;
import dev.bourse.proto.v1.Signal;
import dev.bourse.proto.v1.SignalRequest;
import dev.bourse.proto.v1.Snapshot;
import dev.bourse.proto.v1.SnapshotsGrpc;
import dev.bourse.proto.v1.Tenant;
import dev.bourse.proto.v1.TenantsGrpc;
import dev.bourse.proto.v1.TerminateRequest;
import dev.bourse.proto.v1.WaitRequest;
import dev.bourse.proto.v1.WatchRequest;
import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Bourse server. Every call waits for its answer; virtual threads are for those who
 * want many at once. Calls that change nothing are tried again while the server cannot be reached;
 * others are not. Thread safe.
 *
 * <p>What goes wrong is a {@link BourseException}.
 */
public final class BourseClient implements AutoCloseable {
  private static final int MESSAGE_BYTES_MAX = 32 << 20;
  private static final int DEPLOY_PART_BYTES = 512 << 10;
  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long CLOSE_SECONDS = 5;

  /** Calls that can be made twice, as nothing changes by them. */
  private static final Map<String, List<String>> SAFE =
      Map.of(
          "Programs", List.of("ListPrograms", "DescribeProgram"),
          "Processes", List.of("ListProcesses", "GetProcess", "Wait"),
          "Snapshots", List.of("ListSnapshots", "GetSnapshot"),
          "Models", List.of("ListModels"),
          "Tenants", List.of("ListTenants", "ListKeys"));

  private final ManagedChannel channel;
  private final @Nullable CallCredentials credentials;

  private BourseClient(ManagedChannel channel, @Nullable CallCredentials credentials) {
    this.channel = channel;
    this.credentials = credentials;
  }

  /**
   * A client of a server on this machine, without keys and TLS; the connection is made when needed.
   */
  public static BourseClient connect(String target) {
    return builder(target).build();
  }

  /**
   * A client that says who it is.
   *
   * @param target {@code HOST:PORT}, or what else gRPC resolves
   */
  public static Builder builder(String target) {
    return new Builder(target);
  }

  /** Says how to connect. */
  public static final class Builder {
    private final String target;
    private @Nullable String key;
    private TlsChannelCredentials.@Nullable Builder tls;

    private Builder(String target) {
      this.target = target;
    }

    /** With a key, as {@code bourse keys create} prints it. */
    public Builder key(String secret) {
      this.key = secret;
      return this;
    }

    /** Encrypted; the server's certificate is checked by what this JVM trusts. */
    public Builder tls() {
      this.tls = TlsChannelCredentials.newBuilder();
      return this;
    }

    /** Encrypted; the server's certificate is checked by those in a file of PEM. */
    public Builder tls(Path authorities) {
      this.tls = read(() -> TlsChannelCredentials.newBuilder().trustManager(authorities.toFile()));
      return this;
    }

    /** With a certificate of its own, after {@link #tls()}. */
    public Builder clientCertificate(Path certificate, Path privateKey) {
      TlsChannelCredentials.Builder builder = tls;
      if (builder == null) {
        throw new IllegalStateException("a client's certificate goes with tls()");
      }
      this.tls = read(() -> builder.keyManager(certificate.toFile(), privateKey.toFile()));
      return this;
    }

    private interface Reading<T> {
      T read() throws IOException;
    }

    private static <T> T read(Reading<T> reading) {
      try {
        return reading.read();
      } catch (IOException e) {
        throw new UncheckedIOException("a certificate or key cannot be read: " + e, e);
      }
    }

    public BourseClient build() {
      ChannelCredentials security = tls == null ? InsecureChannelCredentials.create() : tls.build();
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(target, security)
              .maxInboundMessageSize(MESSAGE_BYTES_MAX)
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .defaultServiceConfig(retries())
              .enableRetry()
              .build();
      return new BourseClient(channel, key == null ? null : bearer(key));
    }

    private static Map<String, Object> retries() {
      List<Map<String, String>> methods =
          SAFE.entrySet().stream()
              .flatMap(
                  service ->
                      service.getValue().stream()
                          .map(
                              method ->
                                  Map.of(
                                      "service",
                                      "bourse.v1." + service.getKey(),
                                      "method",
                                      method)))
              .toList();
      Map<String, Object> policy =
          Map.of(
              "maxAttempts",
              4.0,
              "initialBackoff",
              "0.2s",
              "maxBackoff",
              "2s",
              "backoffMultiplier",
              2.0,
              "retryableStatusCodes",
              List.of("UNAVAILABLE"));
      return Map.of("methodConfig", List.of(Map.of("name", methods, "retryPolicy", policy)));
    }

    private static CallCredentials bearer(String secret) {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secret);
      return new CallCredentials() {
        @Override
        public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier to) {
          to.apply(headers);
        }
      };
    }
  }

  private <S extends AbstractStub<S>> S with(S stub) {
    return credentials == null ? stub : stub.withCallCredentials(credentials);
  }

  private static <T> T call(Supplier<T> action) {
    try {
      return action.get();
    } catch (StatusRuntimeException e) {
      throw BourseException.of(e);
    }
  }

  // Programs

  private ProgramsGrpc.ProgramsBlockingStub programsStub() {
    return with(ProgramsGrpc.newBlockingStub(channel));
  }

  /**
   * Deploys a program. When this returns, it is on the server's disk for good.
   *
   * @param manifest the text of its inferlet.toml
   * @param replace whether it may take the place of another program of that name and version
   * @return its version, and whether it was not there before
   */
  public DeployResponse deploy(String manifest, byte[] wasm, boolean replace) {
    BlockingClientCall<DeployRequest, DeployResponse> call =
        with(ProgramsGrpc.newBlockingV2Stub(channel)).deploy();
    try {
      DeployHeader header =
          DeployHeader.newBuilder().setManifest(manifest).setReplace(replace).build();
      boolean open = call.write(DeployRequest.newBuilder().setHeader(header).build());
      for (int at = 0; open && at < wasm.length; at += DEPLOY_PART_BYTES) {
        int length = Math.min(DEPLOY_PART_BYTES, wasm.length - at);
        ByteString part = ByteString.copyFrom(wasm, at, length);
        open = call.write(DeployRequest.newBuilder().setModule(part).build());
      }
      if (open) {
        call.halfClose();
      }
      DeployResponse answer = call.read();
      if (answer == null) {
        throw Status.INTERNAL.withDescription("the server said nothing").asException();
      }
      return answer;
    } catch (StatusException e) {
      throw BourseException.of(e);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw BourseException.of(Status.CANCELLED.withDescription("interrupted").asException());
    }
  }

  /** The programs that can be run, those that ship among them. */
  public List<ProgramVersion> programs() {
    return call(() -> programsStub().listPrograms(ListProgramsRequest.getDefaultInstance()))
        .getProgramsList();
  }

  /** What {@code NAME[@RANGE]} means. */
  public DescribeProgramResponse describe(String reference) {
    return call(
        () ->
            programsStub()
                .describeProgram(
                    DescribeProgramRequest.newBuilder().setReference(reference).build()));
  }

  /** Forgets one version of a program. */
  public void deleteProgram(String name, String version) {
    var _ =
        call(
            () ->
                programsStub()
                    .deleteProgram(
                        DeleteProgramRequest.newBuilder()
                            .setName(name)
                            .setVersion(version)
                            .build()));
  }

  // Processes

  private ProcessesGrpc.ProcessesBlockingStub processesStub() {
    return with(ProcessesGrpc.newBlockingStub(channel));
  }

  private ProcessesGrpc.ProcessesBlockingV2Stub processLines() {
    return with(ProcessesGrpc.newBlockingV2Stub(channel));
  }

  /** Starts a process that goes on by itself. */
  public Process launch(Launch launch) {
    return call(() -> processesStub().launch(launch.request())).getProcess();
  }

  /** Starts a process and follows it; it is stopped when the line is closed. */
  public Attachment run(Launch launch) {
    BlockingClientCall<RunRequest, AttachResponse> call = processLines().run();
    write(call, RunRequest.newBuilder().setLaunch(launch.request()).build());
    return new Attachment(
        Attachment.Line.of(call, signal -> RunRequest.newBuilder().setSignal(signal).build()),
        this::line,
        0);
  }

  /**
   * Follows a process that runs, or one that ended not long ago.
   *
   * @param offset of the first event that is wanted
   */
  public Attachment attach(String processId, long offset) {
    return new Attachment(line(processId, offset), this::line, offset);
  }

  private Attachment.Line line(String processId, long offset) {
    BlockingClientCall<AttachRequest, AttachResponse> call = processLines().attach();
    AttachHeader header =
        AttachHeader.newBuilder().setProcessId(processId).setOffset(offset).build();
    write(call, AttachRequest.newBuilder().setHeader(header).build());
    return Attachment.Line.of(call, signal -> AttachRequest.newBuilder().setSignal(signal).build());
  }

  private static <Q> void write(BlockingClientCall<Q, AttachResponse> call, Q request) {
    try {
      // Whether it could be written shows when the answer is read.
      boolean _ = call.write(request);
    } catch (StatusException e) {
      throw BourseException.of(e);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw BourseException.of(Status.CANCELLED.withDescription("interrupted").asException());
    }
  }

  /**
   * The tenant's processes.
   *
   * @param allTenants those of all tenants, for keys that administer
   * @param ended also those that ended
   */
  public List<Process> processes(boolean allTenants, boolean ended) {
    ListProcessesRequest request =
        ListProcessesRequest.newBuilder().setAllTenants(allTenants).setEnded(ended).build();
    return call(() -> processesStub().listProcesses(request)).getProcessesList();
  }

  public Process process(String id) {
    GetProcessRequest request = GetProcessRequest.newBuilder().setProcessId(id).build();
    return call(() -> processesStub().getProcess(request)).getProcess();
  }

  /** Tells an inferlet something. */
  public void send(String processId, String message) {
    SignalRequest request =
        SignalRequest.newBuilder()
            .setProcessId(processId)
            .setSignal(Signal.newBuilder().setMessage(message))
            .build();
    var _ = call(() -> processesStub().signal(request));
  }

  /** Stops a process, and returns when it has ended. */
  public Process terminate(String id, String reason) {
    TerminateRequest request =
        TerminateRequest.newBuilder().setProcessId(id).setReason(reason).build();
    return call(() -> processesStub().terminate(request)).getProcess();
  }

  /**
   * Waits for a process to end.
   *
   * @return what the inferlet returned
   * @throws InferletFailedException when it did not finish
   */
  public String await(String id) {
    WaitRequest request = WaitRequest.newBuilder().setProcessId(id).build();
    return Attachment.result(call(() -> processesStub().wait(request)).getProcess().getOutcome());
  }

  // Snapshots, models, tenants, market

  private SnapshotsGrpc.SnapshotsBlockingStub snapshotsStub() {
    return with(SnapshotsGrpc.newBlockingStub(channel));
  }

  /** The tenant's contexts under names. */
  public List<Snapshot> snapshots() {
    return call(() -> snapshotsStub().listSnapshots(ListSnapshotsRequest.getDefaultInstance()))
        .getSnapshotsList();
  }

  /** One of them. */
  public Snapshot snapshot(String name) {
    GetSnapshotRequest request = GetSnapshotRequest.newBuilder().setName(name).build();
    return call(() -> snapshotsStub().getSnapshot(request)).getSnapshot();
  }

  public void deleteSnapshot(String name) {
    DeleteSnapshotRequest request = DeleteSnapshotRequest.newBuilder().setName(name).build();
    var _ = call(() -> snapshotsStub().deleteSnapshot(request));
  }

  public void renameSnapshot(String from, String to) {
    RenameSnapshotRequest request =
        RenameSnapshotRequest.newBuilder().setFrom(from).setTo(to).build();
    var _ = call(() -> snapshotsStub().renameSnapshot(request));
  }

  /** The models that inferlets can load; the first is the default. */
  public List<Model> models() {
    return call(() ->
            with(ModelsGrpc.newBlockingStub(channel))
                .listModels(ListModelsRequest.getDefaultInstance()))
        .getModelsList();
  }

  /**
   * Serves one more model, for keys that administer.
   *
   * @param file by its path in one of the folders that the server adds models from
   * @param progress is told what the server does now, such as "loading"
   */
  public Model addModel(String file, Consumer<String> progress) {
    AddModelRequest request = AddModelRequest.newBuilder().setFile(file).build();
    BlockingClientCall<?, AddModelResponse> call =
        with(ModelsGrpc.newBlockingV2Stub(channel)).addModel(request);
    try {
      for (AddModelResponse answer = call.read(); answer != null; answer = call.read()) {
        if (answer.hasModel()) {
          return answer.getModel();
        }
        progress.accept(answer.getStage());
      }
      throw Status.INTERNAL.withDescription("the server said nothing").asException();
    } catch (StatusException e) {
      throw BourseException.of(e);
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw BourseException.of(Status.CANCELLED.withDescription("interrupted").asException());
    }
  }

  /**
   * Serves a model no longer, for keys that administer; returns when its memory is free.
   *
   * @param patience how long processes that use it may go on
   * @return whether some were cut off
   */
  public boolean removeModel(String name, Duration patience) {
    RemoveModelRequest request =
        RemoveModelRequest.newBuilder()
            .setName(name)
            .setPatience(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(patience.getSeconds())
                    .setNanos(patience.getNano()))
            .build();
    return call(() -> with(ModelsGrpc.newBlockingStub(channel)).removeModel(request)).getCutOff();
  }

  private TenantsGrpc.TenantsBlockingStub tenantsStub() {
    return with(TenantsGrpc.newBlockingStub(channel));
  }

  /**
   * What tenants have.
   *
   * @param all not only the caller's, for keys that administer
   */
  public List<Tenant> tenants(boolean all) {
    ListTenantsRequest request = ListTenantsRequest.newBuilder().setAll(all).build();
    return call(() -> tenantsStub().listTenants(request)).getTenantsList();
  }

  /** Makes a key; its secret is told this once. */
  public CreateKeyResponse createKey(String tenant, Role role, String note) {
    CreateKeyRequest request =
        CreateKeyRequest.newBuilder().setTenant(tenant).setRole(role).setNote(note).build();
    return call(() -> tenantsStub().createKey(request));
  }

  /** The keys of all tenants, without their secrets. */
  public List<Key> keys() {
    return call(() -> tenantsStub().listKeys(ListKeysRequest.getDefaultInstance())).getKeysList();
  }

  /** Makes another key like this one, whose secret is told this once, and revokes this one. */
  public RotateKeyResponse rotateKey(String id) {
    RotateKeyRequest request = RotateKeyRequest.newBuilder().setId(id).build();
    return call(() -> tenantsStub().rotateKey(request));
  }

  /** Has a key open nothing any more. */
  public Key revokeKey(String id) {
    RevokeKeyRequest request = RevokeKeyRequest.newBuilder().setId(id).build();
    return call(() -> tenantsStub().revokeKey(request)).getKey();
  }

  /**
   * The market at intervals, until it is closed.
   *
   * @param model its name; the default one if empty
   */
  public MarketWatch market(String model, Duration interval) {
    WatchRequest request =
        WatchRequest.newBuilder()
            .setModel(model)
            .setInterval(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(interval.getSeconds())
                    .setNanos(interval.getNano()))
            .build();
    return new MarketWatch(with(MarketGrpc.newBlockingV2Stub(channel)).watch(request));
  }

  /** Closes the connection; what was run and not to outlive its call is stopped. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      boolean _ = channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
