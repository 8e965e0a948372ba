package dev.bourse.server.config;

import java.util.List;
import java.util.function.Function;

/** The keys of the table {@code [server]}. */
final class ServerKeys {
  /** A key, and where a setting of it is. */
  record Setting<T>(Key<T> key, Function<ServerSettings, T> value) {}

  private static <T> Setting<T> setting(
      String name, Kind<T> kind, Function<ServerSettings, T> value, String... about) {
    return new Setting<>(Key.of(name, kind, value.apply(ServerSettings.DEFAULT), about), value);
  }

  static final Setting<String> GRPC =
      setting(
          "grpc",
          Kind.address(),
          ServerSettings::grpc,
          "Where the control plane listens. Other addresses than those of the machine itself take",
          "keys: bourse keys create.");

  static final Setting<String> HTTP =
      setting("http", Kind.address(), ServerSettings::http, "Where HTTP listens, likewise.");

  static final Setting<Integer> DRAIN =
      setting(
          "drain-seconds",
          Kind.whole(0, 86_400),
          settings -> (int) settings.drain().toSeconds(),
          "How long what runs may go on after SIGTERM.");

  static final Setting<String> DATA =
      setting(
          "data",
          Kind.text(),
          ServerSettings::data,
          "The folder for keys, tenants' programs and the audit log; \"\" for bourse/server in the",
          "folder for your data.");

  static final Setting<List<String>> MODELS =
      setting(
          "models",
          Kind.texts("files", texts -> {}),
          ServerSettings::models,
          "Models that are served, the first is the default; [] for the embedded one.");

  static final Setting<List<String>> MODEL_FOLDERS =
      setting(
          "model-folders",
          Kind.texts("folders", texts -> {}),
          ServerSettings::modelFolders,
          "Folders whose models may be added while the server runs: bourse models add.");

  static final Setting<Boolean> METRICS_OPEN =
      setting(
          "metrics-open",
          Kind.yes(),
          ServerSettings::metricsOpen,
          "Whether /metrics is told without a key; otherwise it takes the role administer.");

  static final Setting<String> TLS_CERTIFICATE =
      setting(
          "tls-certificate",
          Kind.text(),
          settings -> settings.tls().certificate(),
          "The server's certificate, with those that sign it (PEM); \"\" for no TLS. It is read",
          "again when the file changes.");

  static final Setting<String> TLS_KEY =
      setting(
          "tls-key",
          Kind.text(),
          settings -> settings.tls().key(),
          "The private key of that certificate (PEM, PKCS #8).");

  static final Setting<String> TLS_CLIENT_CA =
      setting(
          "tls-client-ca",
          Kind.text(),
          settings -> settings.tls().clientAuthority(),
          "Serve only clients with a certificate that one of these has signed (PEM).");

  static final Setting<Integer> BODY_BYTES =
      setting(
          "http-body-bytes",
          Kind.whole(1 << 10, 1 << 30),
          settings -> settings.wire().bodyBytes(),
          "Bytes of a request's body.");

  static final Setting<Integer> HEAD_BYTES =
      setting(
          "http-header-bytes",
          Kind.whole(1 << 10, 1 << 20),
          settings -> settings.wire().headBytes(),
          "Bytes of a request's header fields.");

  static final Setting<Integer> CONNECTIONS =
      setting(
          "http-connections",
          Kind.whole(1, 1_000_000),
          settings -> settings.wire().connections(),
          "Connections open at once; more are closed as soon as they are made.");

  static final Setting<Integer> IDLE =
      setting(
          "http-idle-seconds",
          Kind.whole(1, 3_600),
          settings -> (int) settings.wire().idle().toSeconds(),
          "How long a client may send nothing when it is to, or take nothing of what is sent.");

  static final Setting<Integer> MESSAGE_BYTES =
      setting(
          "grpc-message-bytes",
          Kind.whole(1 << 10, 1 << 30),
          settings -> settings.wire().messageBytes(),
          "Bytes of a message to the control plane; files for inferlets have up to 8 MiB.");

  static final Setting<Integer> METADATA_BYTES =
      setting(
          "grpc-metadata-bytes",
          Kind.whole(1 << 10, 1 << 20),
          settings -> settings.wire().metadataBytes(),
          "Bytes of a call's metadata.");

  static final Setting<Integer> CALLS =
      setting(
          "grpc-calls-per-connection",
          Kind.whole(1, 1_000_000),
          settings -> settings.wire().calls(),
          "Calls open at once on one connection.");

  static final Setting<String> LOG_FORMAT =
      setting(
          "log-format",
          Kind.oneOf(List.of("text", "json")),
          settings -> settings.logs().format(),
          "How log lines look.");

  static final Setting<String> LOG_LEVEL =
      setting(
          "log-level",
          Kind.oneOf(List.of("debug", "info", "warning", "error")),
          settings -> settings.logs().level(),
          "The least that is logged.");

  static final Setting<String> LOG_FILE =
      setting(
          "log-file",
          Kind.text(),
          settings -> settings.logs().file(),
          "The file that lines are added to; \"\" for standard error.");

  static final Setting<Boolean> ACCESS_LOG =
      setting(
          "access-log",
          Kind.yes(),
          settings -> settings.logs().access(),
          "Whether every request is a line of the log.");

  static final List<Setting<?>> ALL =
      List.of(
          GRPC,
          HTTP,
          DRAIN,
          DATA,
          MODELS,
          MODEL_FOLDERS,
          METRICS_OPEN,
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_CLIENT_CA,
          BODY_BYTES,
          HEAD_BYTES,
          CONNECTIONS,
          IDLE,
          MESSAGE_BYTES,
          METADATA_BYTES,
          CALLS,
          LOG_FORMAT,
          LOG_LEVEL,
          LOG_FILE,
          ACCESS_LOG);

  private ServerKeys() {}
}
