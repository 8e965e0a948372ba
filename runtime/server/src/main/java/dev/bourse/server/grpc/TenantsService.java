package dev.bourse.server.grpc;

import dev.bourse.engine.MarketView;
import dev.bourse.host.process.ServedModel;
import dev.bourse.proto.v1.CreateKeyRequest;
import dev.bourse.proto.v1.CreateKeyResponse;
import dev.bourse.proto.v1.ListKeysRequest;
import dev.bourse.proto.v1.ListKeysResponse;
import dev.bourse.proto.v1.ListTenantsRequest;
import dev.bourse.proto.v1.ListTenantsResponse;
import dev.bourse.proto.v1.RevokeKeyRequest;
import dev.bourse.proto.v1.RevokeKeyResponse;
import dev.bourse.proto.v1.RotateKeyRequest;
import dev.bourse.proto.v1.RotateKeyResponse;
import dev.bourse.proto.v1.Tenant;
import dev.bourse.proto.v1.TenantsGrpc;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.ApiKey;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who may use the server, and what they have. */
final class TenantsService extends TenantsGrpc.TenantsImplBase {
  private final Node node;
  private final Access access;
  private final AuditLog audit;
  private final KeyInterceptor calls;

  TenantsService(Node node, Access access, AuditLog audit, KeyInterceptor calls) {
    this.node = node;
    this.access = access;
    this.audit = audit;
    this.calls = calls;
  }

  @Override
  public void listTenants(ListTenantsRequest request, StreamObserver<ListTenantsResponse> answer) {
    Failures.answer(answer, () -> tenants(KeyInterceptor.caller(), request.getAll()));
  }

  private ListTenantsResponse tenants(Caller caller, boolean all) {
    if (all) {
      caller.require(Role.ADMINISTER, "listing all tenants");
    }
    Map<String, Tenant.Builder> byName = new TreeMap<>();
    byName.put(caller.tenant(), Tenant.newBuilder().setName(caller.tenant()));
    if (all) {
      for (ApiKey key : access.keys().keys()) {
        byName.putIfAbsent(key.tenant(), Tenant.newBuilder().setName(key.tenant()));
      }
    }
    for (ServedModel model : node.models()) {
      for (MarketView.TenantView view : model.engine().market().tenants()) {
        if (all || view.name().equals(caller.tenant())) {
          byName
              .computeIfAbsent(view.name(), name -> Tenant.newBuilder().setName(name))
              .addAccounts(Convert.account(model.name(), view));
        }
      }
    }
    Map<String, Long> processes =
        node.processes(caller, all, false).stream()
            .collect(Collectors.groupingBy(NodeProcess::tenant, Collectors.counting()));
    ListTenantsResponse.Builder message = ListTenantsResponse.newBuilder();
    byName.forEach(
        (name, tenant) ->
            message.addTenants(tenant.setProcesses(processes.getOrDefault(name, 0L).intValue())));
    return message.build();
  }

  @Override
  public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          Caller caller = KeyInterceptor.caller();
          caller.require(Role.ADMINISTER, "making a key");
          ApiKeys.Created created =
              access
                  .keys()
                  .create(request.getTenant(), Convert.role(request.getRole()), request.getNote());
          audit.record(caller, "key.create", created.key().id());
          return CreateKeyResponse.newBuilder()
              .setKey(Convert.key(created.key()))
              .setSecret(created.secret())
              .build();
        });
  }

  @Override
  public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          KeyInterceptor.caller().require(Role.ADMINISTER, "listing keys");
          List<ApiKey> keys = access.keys().keys();
          return ListKeysResponse.newBuilder()
              .addAllKeys(
                  keys.stream()
                      .filter(
                          key ->
                              request.getTenant().isEmpty()
                                  || key.tenant().equals(request.getTenant()))
                      .map(Convert::key)
                      .toList())
              .build();
        });
  }

  @Override
  public void rotateKey(RotateKeyRequest request, StreamObserver<RotateKeyResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          Caller caller = KeyInterceptor.caller();
          caller.require(Role.ADMINISTER, "rotating a key");
          ApiKeys.Created created = access.keys().rotate(request.getId());
          audit.record(caller, "key.rotate", created.key().id());
          calls.endRevoked();
          return RotateKeyResponse.newBuilder()
              .setKey(Convert.key(created.key()))
              .setSecret(created.secret())
              .build();
        });
  }

  @Override
  public void revokeKey(RevokeKeyRequest request, StreamObserver<RevokeKeyResponse> answer) {
    Failures.answer(
        answer,
        () -> {
          Caller caller = KeyInterceptor.caller();
          caller.require(Role.ADMINISTER, "revoking a key");
          ApiKey key = access.keys().revoke(request.getId());
          audit.record(caller, "key.revoke", key.id());
          calls.endRevoked();
          return RevokeKeyResponse.newBuilder().setKey(Convert.key(key)).build();
        });
  }
}
