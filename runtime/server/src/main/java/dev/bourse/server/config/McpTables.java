package dev.bourse.server.config;

import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.mcp.McpServer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the tables {@code [mcp.NAME]}. In headers and in environments, <code>${NAME}</code> stands
 * for a variable of the host's environment, so that secrets need not be in the file.
 */
final class McpTables {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final TableReader tables;
  private final Function<String, @Nullable String> environment;
  private final Map<String, McpServer> servers = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> written = new LinkedHashMap<>();

  /** Reads with {@code environment}, which gives null for what is not set. */
  McpTables(TableReader tables, Function<String, @Nullable String> environment) {
    this.tables = tables;
    this.environment = environment;
  }

  /** Servers by their names. */
  Map<String, McpServer> servers() {
    return servers;
  }

  /** Headers or variables as they are in the file, by the names of the servers. */
  Map<String, Map<String, String>> written() {
    return written;
  }

  void read(ObjectNode mcp) {
    for (String name : mcp.propertyNames()) {
      String path = "mcp." + ConfigText.quoted(name);
      try {
        server(name, path, tables.table(mcp, name, path));
      } catch (IllegalArgumentException e) {
        tables.problems().add("%s: %s".formatted(path, e.getMessage()));
      }
    }
  }

  /** A server is a command or a URL. */
  private void server(String name, String path, ObjectNode table) {
    JsonNode command = table.get("command");
    JsonNode url = table.get("url");
    List<String> words = command == null ? null : Kind.texts("words", texts -> {}).read(command);
    if (words != null && url == null) {
      tables.knows(table, path + ".", List.of("command", "environment"));
      Map<String, String> variables = values(name, path, table, "environment");
      servers.put(name, new McpServer.Program(words, variables));
    } else if (command == null && url != null && url.isString()) {
      tables.knows(table, path + ".", List.of("url", "headers"));
      Map<String, String> headers = values(name, path, table, "headers");
      headers.forEach((header, value) -> requireHeader(path, header, value));
      servers.put(name, new McpServer.Address(URI.create(url.stringValue()), headers));
    } else {
      tables.knows(table, path + ".", List.of("command", "environment", "url", "headers"));
      tables
          .problems()
          .add(
              "%s must have either command = [\"PROGRAM\", \"ARGUMENT\"] or url = \"https://…\""
                  .formatted(path));
    }
  }

  /** Texts by their names, with the variables in them replaced. No problem says what they are. */
  private Map<String, String> values(String name, String path, ObjectNode table, String key) {
    String of = path + "." + key;
    ObjectNode node = tables.table(table, key, of);
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (String entry : node.propertyNames()) {
      String at = of + "." + ConfigText.quoted(entry);
      JsonNode text = node.required(entry);
      if (!text.isString()) {
        tables.problems().add(at + " must be a text");
      } else if (entry.isEmpty() || entry.indexOf('=') >= 0 || text.stringValue().indexOf(0) >= 0) {
        tables.problems().add(at + " cannot be set: its name is empty or has a =, or it has a NUL");
      } else {
        texts.put(entry, text.stringValue());
        values.put(entry, resolved(at, text.stringValue()));
      }
    }
    if (!texts.isEmpty()) {
      written.put(name, texts);
    }
    return values;
  }

  private String resolved(String path, String text) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(
        found -> {
          String value = environment.apply(found.group(1));
          if (value == null) {
            tables
                .problems()
                .add(
                    "%s needs the environment variable %s, which is not set"
                        .formatted(path, found.group(1)));
            return "";
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private void requireHeader(String path, String name, String value) {
    try {
      new Fields().append(name, value);
    } catch (FieldException e) {
      tables.problems().add("%s.headers: %s".formatted(path, e.getMessage()));
    }
  }
}
