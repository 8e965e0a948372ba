package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServer;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;

/** Configurations as files. */
final class ConfigText {
  private static final String DEFAULT = "default";
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

  private final StringBuilder text = new StringBuilder();

  private ConfigText() {}

  /** A file in which everything is explained and nothing is set. */
  static String template() {
    ConfigText file = new ConfigText();
    file.line("# The configuration of Bourse. What is commented out is so anyway; change what you")
        .line("# like. bourse config check tells what is wrong, bourse config show what counts.")
        .line("")
        .line("[market]");
    MarketKeys.ALL.forEach(file::explained);
    file.line("")
        .line("# What users are given. Users without a table of their own, and those tables where")
        .line("# something is missing, have what others have.")
        .line("[tenants.others]");
    TenantKeys.ALL.forEach(file::explained);
    file.line("").line("# [tenants.ann]").line("# endowment = 2000");
    file.line("")
        .line("# How bourse serve serves; its options come before these.")
        .line("[server]");
    ServerKeys.ALL.forEach(setting -> file.explained(setting.key()));
    file.line("")
        .line("[inferlets]")
        .line("")
        .line("# The folder of adapters (LoRA): shared in it is for all users to load, users for")
        .line("# what they save. It must be a folder that is there; without it there is none.")
        .line("# adapters = \"/srv/adapters\"")
        .line("")
        .line("# What an inferlet may take. What is set here also bounds what manifests ask for.")
        .line("[inferlets.limits]");
    LimitKeys.ALL.values().forEach(file::explained);
    file.line("")
        .line(
            "# [inferlets.mounts] has the folders that inferlets with the capability files can"
                + " read:")
        .line("# with data = \"/srv/data\" in it, they find that folder at /data.");
    file.line("")
        .line("# What inferlets that ask for the capability \"network\" may reach by HTTP.")
        .line("[inferlets.http]");
    HttpKeys.ALL.forEach(file::explained);
    return file.line("")
        .line("# Servers of the Model Context Protocol, for inferlets that ask for the capability")
        .line("# \"mcp\": a program that is started, or the URL of one that runs. In what they are")
        .line("# told beside, ${NAME} is a variable of the environment, for secrets.")
        .line("# [mcp.files]")
        .line("# command = [\"mcp-files\", \"/srv/papers\"]")
        .line("# environment = { TOKEN = \"${FILES_TOKEN}\" }")
        .line("# [mcp.search]")
        .line("# url = \"https://mcp.example.com/mcp\"")
        .line("# headers = { Authorization = \"Bearer ${SEARCH_TOKEN}\" }")
        .text
        .toString();
  }

  private void explained(Key<?> key) {
    line("");
    key.about().forEach(about -> line("# " + about));
    line("# It must be " + key.kind().words() + ".");
    line("# " + key.standardLine());
  }

  /** A file in which everything is set as it is in {@code configuration}. */
  static String of(Configuration configuration) {
    ConfigText file = new ConfigText();
    MarketSettings market = configuration.market();
    Set<String> given = configuration.given();
    file.line("[market]");
    file.settings(market, given);
    Quotas quotas = configuration.server().quotas();
    file.tenant(ConfigReader.OTHERS, market.others(), quotas.others(), given, DEFAULT);
    new TreeMap<>(market.tenants())
        .forEach((name, tenant) -> file.tenant(name, tenant, quotas.of(name), given, "as others"));
    file.line("").line("[%s]".formatted(ServerTable.NAME));
    ServerKeys.ALL.forEach(setting -> file.server(setting, configuration.server(), given));
    configuration
        .adapters()
        .ifPresent(
            folder ->
                file.line("").line("[inferlets]").line("adapters = " + text(folder.toString())));
    file.limits(configuration.limits(), given);
    file.mounts(configuration.mounts());
    file.http(configuration.host().network(), given);
    configuration
        .host()
        .mcp()
        .servers()
        .forEach(
            (name, server) ->
                file.server(name, server, configuration.written().getOrDefault(name, Map.of())));
    return file.text.toString();
  }

  private void mounts(List<Mount> mounts) {
    if (mounts.isEmpty()) {
      return;
    }
    line("");
    line("[inferlets.mounts]");
    for (Mount mount : mounts) {
      line(quoted(mount.guestPath().substring(1)) + " = " + text(mount.folder().toString()));
    }
  }

  /** A text as TOML writes it: what is escaped in JSON is in TOML. */
  static String text(String text) {
    return JsonNodeFactory.instance.stringNode(text).toString();
  }

  private void settings(MarketSettings market, Set<String> given) {
    MarketConfig rules = market.rules();
    LeaseTerms leases = rules.leases();
    String path = "market.";
    value(given, path, MarketKeys.POLICY, market.policy(), DEFAULT);
    value(given, path, MarketKeys.STEP_TARGET, (int) market.stepTarget().toMillis(), DEFAULT);
    value(given, path, MarketKeys.LANE_SHARE, rules.laneShare(), DEFAULT);
    value(given, path, MarketKeys.LANE_QUANTUM, rules.laneQuantum(), DEFAULT);
    value(given, path, MarketKeys.WAIT_STEPS, rules.waitSteps(), DEFAULT);
    value(given, path, MarketKeys.LEVELS, rules.levelsPerDoubling(), DEFAULT);
    value(given, path, MarketKeys.PACING, rules.pacingSteps(), DEFAULT);
    value(given, path, MarketKeys.HISTORY, rules.historySteps(), DEFAULT);
    value(given, path, MarketKeys.LEASE_WAIT, leases.waitMax(), DEFAULT);
    value(given, path, MarketKeys.LEASE_MIN, leases.leaseMin(), DEFAULT);
    value(given, path, MarketKeys.LEASE_FORCED, leases.leaseForced(), DEFAULT);
    value(given, path, MarketKeys.OUTBID, leases.outbid(), DEFAULT);
    value(given, path, MarketKeys.RENT_SHIFT, leases.rentShift(), DEFAULT);
  }

  private void http(NetworkSettings network, Set<String> given) {
    String path = ConfigReader.HTTP + ".";
    line("");
    line("[%s]".formatted(ConfigReader.HTTP));
    value(given, path, HttpKeys.ALLOW, network.allow().entries(), DEFAULT);
    value(given, path, HttpKeys.CONNECTIONS, network.connections(), DEFAULT);
    value(given, path, HttpKeys.PROCESS_CONNECTIONS, network.processConnections(), DEFAULT);
    value(given, path, HttpKeys.CONNECT, (int) network.connectTimeout().toSeconds(), DEFAULT);
    value(given, path, HttpKeys.IDLE, (int) network.idleTimeout().toSeconds(), DEFAULT);
  }

  private void limits(Limits limits, Set<String> given) {
    line("");
    line("[%s]".formatted(ConfigReader.LIMITS));
    LimitKeys.ALL.forEach(
        (limit, key) -> value(given, ConfigReader.LIMITS + ".", key, limits.max(limit), DEFAULT));
  }

  private void server(String name, McpServer server, Map<String, String> written) {
    line("");
    line("[mcp.%s]".formatted(quoted(name)));
    switch (server) {
      case McpServer.Program program ->
          line("command = " + Kind.texts("", texts -> {}).toml(program.command()));
      case McpServer.Address address -> line("url = " + text(address.url().toString()));
    }
    String key = server instanceof McpServer.Program ? "environment." : "headers.";
    // What is in the file itself may be a secret; that of a variable is not what is written.
    new TreeMap<>(written)
        .forEach(
            (entry, value) ->
                line(
                    value.contains("${")
                        ? key + quoted(entry) + " = " + text(value)
                        : "# " + key + quoted(entry) + " is set, and not shown"));
  }

  private <T> void server(ServerKeys.Setting<T> setting, ServerSettings server, Set<String> given) {
    value(given, ServerTable.NAME + ".", setting.key(), setting.value().apply(server), DEFAULT);
  }

  private void tenant(
      String name, Tenant tenant, TenantLimits limits, Set<String> given, String otherwise) {
    String path = "tenants." + quoted(name) + ".";
    line("");
    line("[tenants.%s]".formatted(quoted(name)));
    value(given, path, TenantKeys.ENDOWMENT, (int) tenant.endowment(), otherwise);
    value(given, path, TenantKeys.CREDITS, tenant.credits(), otherwise);
    value(given, path, TenantKeys.CONTEXTS, tenant.contextsMax(), otherwise);
    value(given, path, TenantKeys.PROCESSES, limits.processes(), otherwise);
    value(given, path, TenantKeys.LAUNCHES, limits.launches().perSecond(), otherwise);
    value(given, path, TenantKeys.LAUNCH_BURST, limits.launches().burst(), otherwise);
    value(given, path, TenantKeys.REQUESTS, limits.requests().perSecond(), otherwise);
    value(given, path, TenantKeys.REQUEST_BURST, limits.requests().burst(), otherwise);
    value(given, path, TenantKeys.REQUESTS_AT_ONCE, limits.requestsAtOnce(), otherwise);
  }

  private <T> void value(Set<String> given, String path, Key<T> key, T value, String otherwise) {
    boolean isGiven = given.contains(path + key.name());
    line(key.line(value) + (isGiven ? "" : "  # " + otherwise));
  }

  /** A name as it is written between dots. */
  static String quoted(String name) {
    return BARE.matcher(name).matches() ? name : text(name);
  }

  private ConfigText line(String line) {
    text.append(line).append('\n');
    return this;
  }
}
