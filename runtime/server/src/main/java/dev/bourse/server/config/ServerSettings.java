package dev.bourse.server.config;

import dev.bourse.server.access.Quotas;
import java.time.Duration;
import java.util.List;

/**
 * How {@code bourse serve} serves, unless its command line says otherwise. Texts are as in the
 * file; an empty one stands for what is not set.
 *
 * @param grpc where the control plane listens
 * @param http where HTTP listens
 * @param drain how long what runs may go on when the server is stopped
 * @param data the folder for what outlives the server
 * @param models files; none for the embedded one
 * @param modelFolders whose models may be added while the server runs
 * @param metricsOpen whether metrics are told without a key
 * @param quotas how much each tenant may ask
 */
public record ServerSettings(
    String grpc,
    String http,
    Duration drain,
    String data,
    List<String> models,
    List<String> modelFolders,
    boolean metricsOpen,
    Tls tls,
    Wire wire,
    Logs logs,
    Quotas quotas) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1:8421",
          "127.0.0.1:8420",
          Duration.ofSeconds(30),
          "",
          List.of(),
          List.of(),
          false,
          new Tls("", "", ""),
          new Wire(8 << 20, 32 << 10, 2_000, Duration.ofSeconds(60), 9 << 20, 16 << 10, 10_000),
          new Logs("text", "info", "", true),
          Quotas.DEFAULT);

  public ServerSettings {
    models = List.copyOf(models);
    modelFolders = List.copyOf(modelFolders);
  }

  /** Files: the server's certificate and its key, and whose certificates clients must have. */
  public record Tls(String certificate, String key, String clientAuthority) {}

  /**
   * What one client may send.
   *
   * @param bodyBytes of an HTTP request
   * @param headBytes of an HTTP request: its line and fields
   * @param connections of HTTP, open at once
   * @param idle how long a client of HTTP may send nothing and take nothing, when it is to
   * @param messageBytes of gRPC
   * @param metadataBytes of a gRPC call
   * @param calls of a gRPC connection, open at once
   */
  public record Wire(
      int bodyBytes,
      int headBytes,
      int connections,
      Duration idle,
      int messageBytes,
      int metadataBytes,
      int calls) {}

  /**
   * What is logged.
   *
   * @param format text or json
   * @param level of the least that is told
   * @param file appended to; standard error if empty
   * @param access whether every request is told
   */
  public record Logs(String format, String level, String file, boolean access) {}
}
