package dev.bourse.server.config;

import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import dev.bourse.server.access.TenantLimits.Rate;
import dev.bourse.server.config.ServerKeys.Setting;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/** Reads the table {@code [server]}, and of each tenant's how much it may ask. */
final class ServerTable {
  static final String NAME = "server";
  private static final String PREFIX = NAME + ".";

  private final TableReader tables;

  ServerTable(TableReader tables) {
    this.tables = tables;
  }

  ServerSettings read(ObjectNode root, Quotas quotas) {
    ObjectNode table = tables.table(root, NAME, NAME);
    tables.knows(
        table, PREFIX, ServerKeys.ALL.stream().map(setting -> setting.key().name()).toList());
    ServerSettings.Tls tls =
        new ServerSettings.Tls(
            value(table, ServerKeys.TLS_CERTIFICATE),
            value(table, ServerKeys.TLS_KEY),
            value(table, ServerKeys.TLS_CLIENT_CA));
    require(tls);
    return new ServerSettings(
        value(table, ServerKeys.GRPC),
        value(table, ServerKeys.HTTP),
        Duration.ofSeconds(value(table, ServerKeys.DRAIN)),
        value(table, ServerKeys.DATA),
        value(table, ServerKeys.MODELS),
        value(table, ServerKeys.MODEL_FOLDERS),
        value(table, ServerKeys.METRICS_OPEN),
        tls,
        new ServerSettings.Wire(
            value(table, ServerKeys.BODY_BYTES),
            value(table, ServerKeys.HEAD_BYTES),
            value(table, ServerKeys.CONNECTIONS),
            Duration.ofSeconds(value(table, ServerKeys.IDLE)),
            value(table, ServerKeys.MESSAGE_BYTES),
            value(table, ServerKeys.METADATA_BYTES),
            value(table, ServerKeys.CALLS)),
        new ServerSettings.Logs(
            value(table, ServerKeys.LOG_FORMAT),
            value(table, ServerKeys.LOG_LEVEL),
            value(table, ServerKeys.LOG_FILE),
            value(table, ServerKeys.ACCESS_LOG)),
        quotas);
  }

  private void require(ServerSettings.Tls tls) {
    if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
      tables.problems().add("server.tls-certificate and server.tls-key go together");
    } else if (tls.certificate().isEmpty() && !tls.clientAuthority().isEmpty()) {
      tables
          .problems()
          .add("server.tls-client-ca needs server.tls-certificate and server.tls-key as well");
    }
  }

  private <T> T value(ObjectNode table, Setting<T> setting) {
    return tables.value(table, PREFIX, setting.key(), setting.key().standard());
  }

  /** How much a tenant may ask; what its table does not say is as {@code otherwise}. */
  TenantLimits limits(ObjectNode table, String prefix, TenantLimits otherwise) {
    return new TenantLimits(
        tables.value(table, prefix, TenantKeys.PROCESSES, otherwise.processes()),
        new Rate(
            tables.value(table, prefix, TenantKeys.LAUNCHES, otherwise.launches().perSecond()),
            tables.value(table, prefix, TenantKeys.LAUNCH_BURST, otherwise.launches().burst())),
        new Rate(
            tables.value(table, prefix, TenantKeys.REQUESTS, otherwise.requests().perSecond()),
            tables.value(table, prefix, TenantKeys.REQUEST_BURST, otherwise.requests().burst())),
        tables.value(table, prefix, TenantKeys.REQUESTS_AT_ONCE, otherwise.requestsAtOnce()));
  }
}
