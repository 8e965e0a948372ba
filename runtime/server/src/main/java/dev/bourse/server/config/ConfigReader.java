package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.HostSettings;
import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.json.JsonProblem;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads a configuration, and collects all that is wrong with it. */
final class ConfigReader {
  private static final String MARKET = "market";
  private static final String TENANTS = "tenants";
  private static final String SERVER = ServerTable.NAME;
  private static final String INFERLETS = "inferlets";
  private static final String MOUNTS = "mounts";
  private static final String ADAPTERS = "adapters";
  private static final String MCP = "mcp";

  /** The table of what inferlets may take. */
  static final String LIMITS = INFERLETS + ".limits";

  /** The table of what inferlets may reach by HTTP. */
  static final String HTTP = INFERLETS + ".http";

  /** The table of what every user is given who has none of his own. */
  static final String OTHERS = "others";

  private static final double MICROS = 1e6;

  private final TableReader tables = new TableReader();
  private final Function<String, @Nullable String> environment;

  private ConfigReader(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the text of a file.
   *
   * @throws ConfigException with every problem there is
   */
  static Configuration read(String toml) {
    return read(toml, System::getenv);
  }

  /**
   * As {@link #read(String)}.
   *
   * @param environment the value of a variable, or null
   */
  static Configuration read(String toml, Function<String, @Nullable String> environment) {
    ConfigReader reader = new ConfigReader(environment);
    Configuration configuration = reader.configuration(reader.parse(toml));
    if (!reader.tables.problems().isEmpty()) {
      throw new ConfigException(reader.tables.problems());
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
    tables.knows(root, "", List.of(MARKET, TENANTS, SERVER, INFERLETS, MCP));
    ObjectNode market = tables.table(root, MARKET, MARKET);
    ObjectNode tenants = tables.table(root, TENANTS, TENANTS);
    tables.knows(market, MARKET + ".", MarketKeys.ALL.stream().map(Key::name).toList());
    ServerTable server = new ServerTable(tables);
    Tenant others = tenant(tenants, OTHERS, Tenant.DEFAULT);
    TenantLimits limitsOfOthers = limits(server, tenants, OTHERS, TenantLimits.DEFAULT);
    Map<String, Tenant> byName = new LinkedHashMap<>();
    Map<String, TenantLimits> limitsByName = new LinkedHashMap<>();
    for (String user : tenants.propertyNames()) {
      if (!user.equals(OTHERS)) {
        requireUser(user);
        byName.put(user, tenant(tenants, user, others));
        limitsByName.put(user, limits(server, tenants, user, limitsOfOthers));
      }
    }
    requireMintable(byName, others);
    ObjectNode inferlets = tables.table(root, INFERLETS, INFERLETS);
    tables.knows(inferlets, INFERLETS + ".", List.of(ADAPTERS, MOUNTS, "limits", "http"));
    McpTables mcp = new McpTables(tables, environment);
    mcp.read(tables.table(root, MCP, MCP));
    return new Configuration(
        settings(market, byName, others),
        mounts(inferlets),
        adapters(inferlets),
        limits(inferlets),
        new HostSettings(
            network(inferlets),
            McpSettings.DEFAULT.withServers(mcp.servers()),
            HostSettings.DEFAULT.programs()),
        server.read(root, new Quotas(limitsByName, limitsOfOthers)),
        mcp.written(),
        tables.given());
  }

  /** Folders by the names that inferlets see them under. */
  private List<Mount> mounts(ObjectNode inferlets) {
    String path = INFERLETS + "." + MOUNTS;
    ObjectNode table = tables.table(inferlets, MOUNTS, path);
    List<Mount> mounts = new ArrayList<>();
    for (String name : table.propertyNames()) {
      JsonNode folder = table.required(name);
      String key = path + "." + ConfigText.quoted(name);
      if (!folder.isString() || !Files.isDirectory(ModelFiles.path(folder.stringValue()))) {
        tables
            .problems()
            .add(
                "%s is %s, and must be a folder that is there"
                    .formatted(key, TableReader.shown(folder)));
        continue;
      }
      try {
        mounts.add(new Mount("/" + name, ModelFiles.path(folder.stringValue()).toAbsolutePath()));
        tables.given().add(key);
      } catch (IllegalArgumentException e) {
        tables.problems().add(key + ": " + e.getMessage());
      }
    }
    return mounts;
  }

  private Optional<Path> adapters(ObjectNode inferlets) {
    JsonNode folder = inferlets.get(ADAPTERS);
    if (folder == null) {
      return Optional.empty();
    }
    String key = INFERLETS + "." + ADAPTERS;
    if (!folder.isString() || !Files.isDirectory(ModelFiles.path(folder.stringValue()))) {
      tables
          .problems()
          .add(
              "%s is %s, and must be a folder that is there"
                  .formatted(key, TableReader.shown(folder)));
      return Optional.empty();
    }
    tables.given().add(key);
    return Optional.of(ModelFiles.path(folder.stringValue()).toAbsolutePath());
  }

  /** Those that are set, and no others. */
  private Limits limits(ObjectNode inferlets) {
    ObjectNode table = tables.table(inferlets, "limits", LIMITS);
    tables.knows(table, LIMITS + ".", LimitKeys.ALL.keySet().stream().map(Limit::key).toList());
    Limits limits = Limits.DEFAULT;
    for (Map.Entry<Limit, Key<Long>> entry : LimitKeys.ALL.entrySet()) {
      Key<Long> key = entry.getValue();
      long max = tables.value(table, LIMITS + ".", key, key.standard());
      if (tables.given().contains(LIMITS + "." + key.name())) {
        limits = limits.with(entry.getKey(), max);
      }
    }
    return limits;
  }

  private NetworkSettings network(ObjectNode inferlets) {
    ObjectNode http = tables.table(inferlets, "http", HTTP);
    tables.knows(http, HTTP + ".", HttpKeys.ALL.stream().map(Key::name).toList());
    return new NetworkSettings(
        AllowList.of(http(http, HttpKeys.ALLOW)),
        http(http, HttpKeys.CONNECTIONS),
        http(http, HttpKeys.PROCESS_CONNECTIONS),
        Duration.ofSeconds(http(http, HttpKeys.CONNECT)),
        Duration.ofSeconds(http(http, HttpKeys.IDLE)));
  }

  private <T> T http(ObjectNode table, Key<T> key) {
    return tables.value(table, HTTP + ".", key, key.standard());
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
      tables
          .problems()
          .add(
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
    ObjectNode table = tables.table(tenants, name, path);
    String prefix = path + ".";
    tables.knows(table, prefix, TenantKeys.ALL.stream().map(Key::name).toList());
    return new Tenant(
        tables.value(table, prefix, TenantKeys.ENDOWMENT, (int) otherwise.endowment()),
        tables.value(table, prefix, TenantKeys.CREDITS, otherwise.credits()),
        tables.value(table, prefix, TenantKeys.CONTEXTS, otherwise.contextsMax()));
  }

  /** How much a tenant may ask; its table was looked at for what is wrong already. */
  private static TenantLimits limits(
      ServerTable server, ObjectNode tenants, String name, TenantLimits otherwise) {
    return tenants.get(name) instanceof ObjectNode table
        ? server.limits(table, TENANTS + "." + ConfigText.quoted(name) + ".", otherwise)
        : otherwise;
  }

  private void requireUser(String user) {
    try {
      new SnapshotName(user, "any");
    } catch (IllegalArgumentException e) {
      tables.problems().add(TENANTS + "." + ConfigText.quoted(user) + ": " + e.getMessage());
    }
  }

  /** There is a most that a ledger can hold; whoever else comes needs some of it as well. */
  private void requireMintable(Map<String, Tenant> byName, Tenant others) {
    double credits = others.credits() + byName.values().stream().mapToDouble(Tenant::credits).sum();
    double most = Ledger.MINTED_MAX / MICROS;
    if (credits > most) {
      tables
          .problems()
          .add(
              "%s: the named and one other have %s credits together, and there can be %s at most"
                  .formatted(
                      TENANTS,
                      TenantKeys.CREDITS.kind().toml(credits),
                      Math.round(Math.floor(most))));
    }
  }

  private <T> T market(ObjectNode table, Key<T> key) {
    return tables.value(table, MARKET + ".", key, key.standard());
  }
}
