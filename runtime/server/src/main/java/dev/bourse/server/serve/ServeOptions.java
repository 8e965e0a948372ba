package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.config.ServerSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a server serves: what is said here comes before what is configured. */
final class ServeOptions {
  private static final int DRAIN_SECONDS_MAX = 86_400;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf",
      description =
          "A model; any number of them, the first is the default. Default: as configured, or the"
              + " embedded one.")
  private List<String> models = List.of();

  @Option(
      names = "--model-folder",
      paramLabel = "DIR",
      description =
          "A folder whose models may be added while the server runs, by bourse models add; any"
              + " number of them. Default: as configured, or none.")
  private List<String> modelFolders = List.of();

  @Option(
      names = "--grpc",
      paramLabel = "HOST:PORT",
      description = "Where the control plane listens. Default: as configured, or 127.0.0.1:8421.")
  private @Nullable String grpc;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Where HTTP listens: what clients of OpenAI's ask, below /v1/, and metrics. Default: as"
              + " configured, or 127.0.0.1:8420.")
  private @Nullable String http;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description =
          "How long what runs may go on after the first Ctrl-C or SIGTERM; the second ends the"
              + " server at once. Default: as configured, or 30.")
  private @Nullable Integer drainSeconds;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "How log lines look: text or json. Default: as configured, or text.")
  private @Nullable String logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description =
          "The least that is logged: debug, info, warning or error. Default: as configured, or"
              + " info.")
  private @Nullable String logLevel;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Where log lines are added. Default: as configured, or standard error.")
  private @Nullable String logFile;

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * What counts.
   *
   * @throws CommandException if something that is said cannot be
   */
  ServerSettings over(ServerSettings configured) {
    if (drainSeconds != null && (drainSeconds < 0 || drainSeconds > DRAIN_SECONDS_MAX)) {
      throw CommandException.usage(
          "--drain is %d, but must be from 0 to %d".formatted(drainSeconds, DRAIN_SECONDS_MAX));
    }
    ServerSettings.Logs logs = configured.logs();
    List<String> files = models.isEmpty() ? configured.models() : models;
    return new ServerSettings(
        or(grpc, configured.grpc()),
        or(http, configured.http()),
        drainSeconds == null ? configured.drain() : Duration.ofSeconds(drainSeconds),
        configured.data(),
        files.isEmpty() ? List.of(ModelFiles.DEMO) : files,
        modelFolders.isEmpty() ? configured.modelFolders() : modelFolders,
        configured.metricsOpen(),
        tls.files(configured.tls()),
        configured.wire(),
        new ServerSettings.Logs(
            oneOf("--log-format", logFormat, List.of("text", "json"), logs.format()),
            oneOf(
                "--log-level",
                logLevel,
                List.of("debug", "info", "warning", "error"),
                logs.level()),
            or(logFile, logs.file()),
            logs.access()),
        configured.quotas());
  }

  private static String or(@Nullable String said, String configured) {
    return said == null ? configured : said;
  }

  private static String oneOf(
      String option, @Nullable String said, List<String> words, String configured) {
    if (said != null && !words.contains(said)) {
      throw CommandException.usage(
          "%s is '%s', expected one of %s".formatted(option, said, String.join(", ", words)));
    }
    return or(said, configured);
  }
}
