package dev.bourse.server.logs;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.TraceContext;
import dev.bourse.server.request.RequestScope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of a log, with whose doing it is about.
 *
 * @param context {@code request}, {@code trace}, {@code process} and {@code tenant}, those that
 *     there are
 */
record LogLine(
    Instant time,
    String level,
    String logger,
    String message,
    Map<String, Object> values,
    Map<String, String> context,
    @Nullable Throwable thrown) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** A line for a record; on the thread that logs it. */
  static LogLine of(LogRecord record) {
    Map<String, Object> values = Map.of();
    Object[] parameters = record.getParameters();
    if (parameters != null && parameters.length == 1 && parameters[0] instanceof LogFields fields) {
      values = fields.values();
    }
    return new LogLine(
        record.getInstant(),
        level(record.getLevel()),
        String.valueOf(record.getLoggerName()),
        message(record),
        values,
        about(),
        record.getThrown());
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warning";
    }
    return value >= Level.INFO.intValue() ? "info" : "debug";
  }

  private static String message(LogRecord record) {
    String message = String.valueOf(record.getMessage());
    Object[] parameters = record.getParameters();
    if (parameters == null || parameters.length == 0 || message.indexOf("{0") < 0) {
      return message;
    }
    try {
      return MessageFormat.format(message, parameters);
    } catch (IllegalArgumentException e) {
      return message + " " + Arrays.toString(parameters);
    }
  }

  private static Map<String, String> about() {
    Map<String, String> context = new LinkedHashMap<>();
    Optional<RequestScope> request = RequestScope.current();
    if (request.isPresent()) {
      RequestScope scope = request.get();
      context.put("request", scope.id());
      scope.trace().ifPresent(trace -> context.put("trace", trace.traceId()));
      put(context, "process", scope.process());
      put(context, "tenant", scope.tenant());
    }
    Optional<InferletProcess> process = InferletProcess.current();
    if (process.isPresent()) {
      process.get().trace().map(TraceContext::traceId).ifPresent(id -> context.put("trace", id));
      context.put("process", process.get().id());
      context.put("tenant", process.get().username());
    }
    return context;
  }

  private static void put(Map<String, String> context, String name, String value) {
    if (!value.isEmpty()) {
      context.put(name, value);
    }
  }

  /** One JSON object, and nothing that breaks a line. */
  String json() {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", TIME.format(time));
    line.put("level", level);
    line.put("logger", logger);
    if (values.isEmpty()) {
      line.put("message", message);
    }
    values.forEach(line::putPOJO);
    context.forEach(line::put);
    if (thrown != null) {
      line.put("error", trace(thrown));
    }
    return JSON.writeValueAsString(line);
  }

  /** For a person; a stack trace has lines of its own. */
  String text() {
    StringBuilder line = new StringBuilder(TIME.format(time));
    line.append(' ').append(level.toUpperCase(Locale.ROOT)).append(' ');
    line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(": ");
    line.append(printable(message));
    context.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    if (thrown != null) {
      line.append('\n').append(trace(thrown).stripTrailing());
    }
    return line.toString();
  }

  /** Nobody makes lines of his own, or talks to the terminal. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                printable.append("\\u%04x".formatted(c));
              } else {
                printable.append((char) c);
              }
            });
    return printable.toString();
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
