package dev.bourse.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.MarketView;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.TraceContext;
import dev.bourse.host.program.Programs;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.proto.v1.Account;
import dev.bourse.proto.v1.ContextActivity;
import dev.bourse.proto.v1.ContextState;
import dev.bourse.proto.v1.Event;
import dev.bourse.proto.v1.Failure;
import dev.bourse.proto.v1.FailureKind;
import dev.bourse.proto.v1.Key;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.ProcessState;
import dev.bourse.proto.v1.ProgramVersion;
import dev.bourse.proto.v1.Role;
import dev.bourse.proto.v1.Snapshot;
import dev.bourse.proto.v1.TenantAccount;
import dev.bourse.proto.v1.Usage;
import dev.bourse.server.access.ApiKey;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.NodeProcess;
import java.time.Instant;

/** What the node knows, as messages. */
final class Convert {
  private Convert() {}

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static ProgramVersion program(Programs.Version version) {
    return ProgramVersion.newBuilder()
        .setName(version.name())
        .setVersion(version.version())
        .setBuiltIn(version.builtIn())
        .build();
  }

  static Process process(NodeProcess process) {
    Process.Builder message =
        Process.newBuilder()
            .setId(process.id())
            .setProgram(process.program())
            .setTenant(process.tenant())
            .setLaunchedAt(timestamp(process.launchedAt()))
            .setUsage(usage(process))
            .setAttached(process.log().readers())
            .setFirstOffset(process.log().firstOffset())
            .setNextOffset(process.log().nextOffset())
            .setRequestId(process.request())
            .setTraceparent(process.trace().map(TraceContext::parent).orElse(""))
            .setState(
                switch (process.state()) {
                  case RUNNING -> ProcessState.PROCESS_STATE_RUNNING;
                  case STOPPING -> ProcessState.PROCESS_STATE_STOPPING;
                  case ENDED -> ProcessState.PROCESS_STATE_ENDED;
                });
    process
        .end()
        .ifPresent(
            end ->
                message
                    .setState(ProcessState.PROCESS_STATE_ENDED)
                    .setEndedAt(timestamp(end.at()))
                    .setOutcome(outcome(end.outcome())));
    return message.build();
  }

  private static Usage usage(NodeProcess process) {
    Usage.Builder sum = Usage.newBuilder().setCpuMillis(process.cpuMillis());
    for (EngineProcess.Usage usage : process.usage().values()) {
      sum.setPromptTokens(sum.getPromptTokens() + usage.promptTokens())
          .setDecodedTokens(sum.getDecodedTokens() + usage.decodedTokens())
          .setReusedTokens(sum.getReusedTokens() + usage.reusedTokens())
          .setSampledTokens(sum.getSampledTokens() + usage.sampledTokens())
          .setPages(sum.getPages() + usage.pages())
          .setPagesPeak(sum.getPagesPeak() + usage.pagesPeak())
          .setPaid(sum.getPaid() + usage.paid());
    }
    return sum.build();
  }

  private static dev.bourse.proto.v1.Outcome outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished(String result) ->
          dev.bourse.proto.v1.Outcome.newBuilder().setResult(result).build();
      case Outcome.Failed(Outcome.FailureKind kind, String message) ->
          dev.bourse.proto.v1.Outcome.newBuilder()
              .setFailure(Failure.newBuilder().setKind(kind(kind)).setMessage(message))
              .build();
    };
  }

  private static FailureKind kind(Outcome.FailureKind kind) {
    return switch (kind) {
      case ERROR -> FailureKind.FAILURE_KIND_ERROR;
      case TRAP -> FailureKind.FAILURE_KIND_TRAP;
      case LIMIT -> FailureKind.FAILURE_KIND_LIMIT;
      case TERMINATED -> FailureKind.FAILURE_KIND_TERMINATED;
      case INTERNAL -> FailureKind.FAILURE_KIND_INTERNAL;
    };
  }

  static Event event(long offset, dev.bourse.server.node.Event event) {
    Event.Builder message = Event.newBuilder().setOffset(offset);
    return switch (event) {
      case dev.bourse.server.node.Event.Message(String text) -> message.setMessage(text).build();
      case dev.bourse.server.node.Event.File(byte[] bytes) ->
          message.setFile(ByteString.copyFrom(bytes)).build();
      case dev.bourse.server.node.Event.Stdout(byte[] bytes) ->
          message.setStdout(ByteString.copyFrom(bytes)).build();
      case dev.bourse.server.node.Event.Stderr(byte[] bytes) ->
          message.setStderr(ByteString.copyFrom(bytes)).build();
    };
  }

  static Snapshot snapshot(SnapshotInfo info) {
    Snapshot.Builder message =
        Snapshot.newBuilder()
            .setName(info.name().name())
            .setModel(info.model())
            .setTokens(info.tokens())
            .setCreatedAt(timestamp(info.created()))
            .setBytes(info.bytes())
            .setSharedBytes(info.sharedBytes());
    info.expires().ifPresent(at -> message.setExpiresAt(timestamp(at)));
    return message.build();
  }

  static Key key(ApiKey key) {
    Key.Builder message =
        Key.newBuilder()
            .setId(key.id())
            .setTenant(key.tenant())
            .setRole(role(key.role()))
            .setNote(key.note())
            .setCreatedAt(timestamp(key.createdAt()));
    key.revokedAt().ifPresent(at -> message.setRevokedAt(timestamp(at)));
    return message.build();
  }

  private static Role role(dev.bourse.server.access.Role role) {
    return switch (role) {
      case USE -> Role.ROLE_USE;
      case DEPLOY -> Role.ROLE_DEPLOY;
      case ADMINISTER -> Role.ROLE_ADMINISTER;
    };
  }

  static dev.bourse.server.access.Role role(Role role) {
    return switch (role) {
      case ROLE_USE -> dev.bourse.server.access.Role.USE;
      case ROLE_DEPLOY -> dev.bourse.server.access.Role.DEPLOY;
      case ROLE_ADMINISTER -> dev.bourse.server.access.Role.ADMINISTER;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new ServiceException(
              Reason.INVALID_ARGUMENT, "a key has a role: use, deploy or administer");
    };
  }

  static Account account(String model, MarketView.TenantView tenant) {
    return Account.newBuilder()
        .setModel(model)
        .setBalance(tenant.account().balance())
        .setEndowment(tenant.account().endowment())
        .setPaid(tenant.paid())
        .setContexts(tenant.contexts())
        .build();
  }

  static TenantAccount account(MarketView.TenantView tenant) {
    return TenantAccount.newBuilder()
        .setName(tenant.name())
        .setBalance(tenant.account().balance())
        .setEndowment(tenant.account().endowment())
        .setEndowments(tenant.account().endowments())
        .setDividend(tenant.account().dividend())
        .setPaid(tenant.paid())
        .setProcesses(tenant.processes())
        .setContexts(tenant.contexts())
        .build();
  }

  static ContextState context(MarketView.ContextView context) {
    return ContextState.newBuilder()
        .setId(context.id())
        .setProcessId(context.process())
        .setTenant(context.user())
        .setTokens(context.tokens())
        .setPages(context.pages())
        .setPerToken(context.perToken())
        .setPerPage(context.perPage())
        .setWaitedMicros(context.waitedMicros())
        .setEvictions(context.evictions())
        .setEffectivePages(context.effectivePages())
        .setWaitedSteps(context.waitedSteps())
        .setServedStep(context.servedStep())
        .setActivity(
            switch (context.state()) {
              case COMPUTES -> ContextActivity.CONTEXT_ACTIVITY_COMPUTES;
              case WAITS_FOR_SLOTS -> ContextActivity.CONTEXT_ACTIVITY_WAITS_FOR_SLOTS;
              case WAITS_FOR_PAGES -> ContextActivity.CONTEXT_ACTIVITY_WAITS_FOR_PAGES;
              case IDLE -> ContextActivity.CONTEXT_ACTIVITY_IDLE;
              case SUSPENDED -> ContextActivity.CONTEXT_ACTIVITY_SUSPENDED;
            })
        .build();
  }
}
