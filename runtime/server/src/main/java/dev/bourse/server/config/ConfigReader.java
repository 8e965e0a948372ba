package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.HostSettings;
import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.json.JsonProblem;
import dev.bourse.host.mcp.McpServer;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Mount;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.NearNames;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads a configuration, and collects all that is wrong with it. */
final class ConfigReader {
  private static final String MARKET = "market";
  private static final String TENANTS = "tenants";
  private static final String INFERLETS = "inferlets";
  private static final String MOUNTS = "mounts";
  private static final String MCP = "mcp";

  /** The table of what inferlets may reach by HTTP. */
  static final String HTTP = INFERLETS + ".http";

  /** The table of what every user is given who has none of his own. */
  static final String OTHERS = "others";

  private static final double MICROS = 1e6;

  private final List<String> problems = new ArrayList<>();
  private final Set<String> given = new LinkedHashSet<>();

  private ConfigReader() {}

  /**
   * Reads the text of a file.
   *
   * @throws ConfigException with every problem there is
   */
  static Configuration read(String toml) {
    ConfigReader reader = new ConfigReader();
    Configuration configuration = reader.configuration(reader.parse(toml));
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    return configuration;
  }

  private ObjectNode parse(String toml) {
    try {
      return (ObjectNode) TomlMapper.shared().readTree(toml);
    } catch (JacksonException e) {
      String place =
          e.getLocation() == null
              ? ""
              : "line %d, column %d: "
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new ConfigException(List.of(place + "this is not TOML: " + JsonProblem.words(e)));
    }
  }

  private Configuration configuration(ObjectNode root) {
    knows(root, "", List.of(MARKET, TENANTS, INFERLETS, MCP));
    ObjectNode market = table(root, MARKET, MARKET);
    ObjectNode tenants = table(root, TENANTS, TENANTS);
    knows(market, MARKET + ".", MarketKeys.ALL.stream().map(Key::name).toList());
    Tenant others = tenant(tenants, OTHERS, Tenant.DEFAULT);
    Map<String, Tenant> byName = new LinkedHashMap<>();
    for (String user : tenants.propertyNames()) {
      if (!user.equals(OTHERS)) {
        requireUser(user);
        byName.put(user, tenant(tenants, user, others));
      }
    }
    requireMintable(byName, others);
    ObjectNode inferlets = table(root, INFERLETS, INFERLETS);
    knows(inferlets, INFERLETS + ".", List.of(MOUNTS, "http"));
    return new Configuration(
        settings(market, byName, others), mounts(inferlets), host(root, inferlets), given);
  }

  /** Folders by the names that inferlets see them under. */
  private List<Mount> mounts(ObjectNode inferlets) {
    String path = INFERLETS + "." + MOUNTS;
    ObjectNode table = table(inferlets, MOUNTS, path);
    List<Mount> mounts = new ArrayList<>();
    for (String name : table.propertyNames()) {
      JsonNode folder = table.required(name);
      String key = path + "." + ConfigText.quoted(name);
      if (!folder.isString() || !Files.isDirectory(ModelFiles.path(folder.stringValue()))) {
        problems.add("%s is %s, and must be a folder that is there".formatted(key, shown(folder)));
        continue;
      }
      try {
        mounts.add(new Mount("/" + name, ModelFiles.path(folder.stringValue()).toAbsolutePath()));
        given.add(key);
      } catch (IllegalArgumentException e) {
        problems.add(key + ": " + e.getMessage());
      }
    }
    return mounts;
  }

  private HostSettings host(ObjectNode root, ObjectNode inferlets) {
    ObjectNode http = table(inferlets, "http", HTTP);
    knows(http, HTTP + ".", HttpKeys.ALL.stream().map(Key::name).toList());
    NetworkSettings network =
        new NetworkSettings(
            AllowList.of(http(http, HttpKeys.ALLOW)),
            http(http, HttpKeys.CONNECTIONS),
            http(http, HttpKeys.PROCESS_CONNECTIONS),
            Duration.ofSeconds(http(http, HttpKeys.CONNECT)),
            Duration.ofSeconds(http(http, HttpKeys.IDLE)));
    ObjectNode mcp = table(root, MCP, MCP);
    Map<String, McpServer> servers = new LinkedHashMap<>();
    for (String name : mcp.propertyNames()) {
      server(mcp, name).ifPresent(server -> servers.put(name, server));
    }
    return new HostSettings(
        network, McpSettings.DEFAULT.withServers(servers), HostSettings.DEFAULT.programs());
  }

  private <T> T http(ObjectNode table, Key<T> key) {
    return value(table, HTTP + ".", key, key.standard());
  }

  /** A server is a command or a URL. */
  private Optional<McpServer> server(ObjectNode mcp, String name) {
    String path = MCP + "." + ConfigText.quoted(name);
    ObjectNode table = table(mcp, name, path);
    knows(table, path + ".", List.of("command", "url"));
    try {
      JsonNode command = table.get("command");
      JsonNode url = table.get("url");
      if (command != null && url == null) {
        List<String> words = Kind.texts("words", texts -> {}).read(command);
        if (words != null) {
          return Optional.of(new McpServer.Program(words, Map.of()));
        }
      } else if (url != null && command == null && url.isString()) {
        return Optional.of(new McpServer.Address(URI.create(url.stringValue()), Map.of()));
      }
      problems.add(
          "%s must have either command = [\"PROGRAM\", \"ARGUMENT\"] or url = \"https://…\""
              .formatted(path));
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(path, e.getMessage()));
    }
    return Optional.empty();
  }

  private MarketSettings settings(ObjectNode table, Map<String, Tenant> tenants, Tenant others) {
    MarketConfig rules =
        new MarketConfig(
            market(table, MarketKeys.LANE_SHARE),
            market(table, MarketKeys.LANE_QUANTUM),
            market(table, MarketKeys.WAIT_STEPS),
            market(table, MarketKeys.LEVELS),
            market(table, MarketKeys.PACING),
            market(table, MarketKeys.HISTORY),
            leases(table));
    return new MarketSettings(
        market(table, MarketKeys.POLICY),
        rules,
        tenants,
        others,
        Duration.ofMillis(market(table, MarketKeys.STEP_TARGET)));
  }

  private LeaseTerms leases(ObjectNode table) {
    int wait = market(table, MarketKeys.LEASE_WAIT);
    int forced = market(table, MarketKeys.LEASE_FORCED);
    if (forced < wait) {
      problems.add(
          "%s.%s is %d, and must be at least %s.%s, which is %d"
              .formatted(
                  MARKET,
                  MarketKeys.LEASE_FORCED.name(),
                  forced,
                  MARKET,
                  MarketKeys.LEASE_WAIT.name(),
                  wait));
    }
    return new LeaseTerms(
        wait,
        market(table, MarketKeys.LEASE_MIN),
        Math.max(forced, wait),
        market(table, MarketKeys.OUTBID),
        market(table, MarketKeys.RENT_SHIFT));
  }

  private Tenant tenant(ObjectNode tenants, String name, Tenant otherwise) {
    String path = TENANTS + "." + ConfigText.quoted(name);
    ObjectNode table = table(tenants, name, path);
    String prefix = path + ".";
    knows(table, prefix, TenantKeys.ALL.stream().map(Key::name).toList());
    return new Tenant(
        value(table, prefix, TenantKeys.ENDOWMENT, (int) otherwise.endowment()),
        value(table, prefix, TenantKeys.CREDITS, otherwise.credits()),
        value(table, prefix, TenantKeys.CONTEXTS, otherwise.contextsMax()));
  }

  private void requireUser(String user) {
    try {
      new SnapshotName(user, "any");
    } catch (IllegalArgumentException e) {
      problems.add(TENANTS + "." + ConfigText.quoted(user) + ": " + e.getMessage());
    }
  }

  /** There is a most that a ledger can hold; whoever else comes needs some of it as well. */
  private void requireMintable(Map<String, Tenant> byName, Tenant others) {
    double credits = others.credits() + byName.values().stream().mapToDouble(Tenant::credits).sum();
    double most = Ledger.MINTED_MAX / MICROS;
    if (credits > most) {
      problems.add(
          "%s: the named and one other have %s credits together, and there can be %s at most"
              .formatted(
                  TENANTS, TenantKeys.CREDITS.kind().toml(credits), Math.round(Math.floor(most))));
    }
  }

  private <T> T market(ObjectNode table, Key<T> key) {
    return value(table, MARKET + ".", key, key.standard());
  }

  private <T> T value(ObjectNode table, String prefix, Key<T> key, T otherwise) {
    JsonNode node = table.get(key.name());
    if (node == null) {
      return otherwise;
    }
    String path = prefix + key.name();
    T value = key.kind().read(node);
    if (value == null) {
      problems.add(
          "%s is %s, and must be %s%s"
              .formatted(path, shown(node), key.kind().words(), key.kind().hint(node)));
      return otherwise;
    }
    given.add(path);
    return value;
  }

  /** A table of a table; an empty one if it is not there or no table. */
  private ObjectNode table(ObjectNode parent, String name, String path) {
    JsonNode node = parent.get(name);
    if (node instanceof ObjectNode table) {
      return table;
    }
    if (node != null) {
      problems.add("%s is %s, and must be a table: [%s]".formatted(path, shown(node), path));
    }
    return JsonNodeFactory.instance.objectNode();
  }

  /** Reports keys that mean nothing. */
  private void knows(ObjectNode table, String prefix, List<String> names) {
    for (String name : table.propertyNames()) {
      if (!names.contains(name)) {
        List<String> near = NearNames.of(name, names);
        problems.add(
            "%s%s is %s, and there is no such key%s"
                .formatted(
                    prefix,
                    name,
                    shown(table.required(name)),
                    near.isEmpty()
                        ? "; there are " + String.join(", ", names)
                        : Words.didYouMean(near)));
      }
    }
  }

  private static String shown(JsonNode node) {
    int most = 40;
    String text = node.isContainer() ? (node.isObject() ? "a table" : "a list") : node.toString();
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
