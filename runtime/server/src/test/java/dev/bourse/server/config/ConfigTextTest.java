package dev.bourse.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.HostSettings;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServer.Address;
import dev.bourse.host.mcp.McpServer.Program;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import dev.bourse.server.access.Quotas;
import dev.bourse.server.access.TenantLimits;
import dev.bourse.server.access.TenantLimits.Rate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Configurations as files, which mean what they were made of. */
class ConfigTextTest {

  @Test
  void theTemplateSetsNothing() {
    assertThat(ConfigReader.read(ConfigText.template())).isEqualTo(Configuration.DEFAULT);
  }

  @Test
  void theTemplateExplainsEveryKeyWithItsDefault() {
    String all = ConfigText.template().replaceAll("(?m)^# (\\S+ = )", "$1");
    Configuration configuration =
        ConfigReader.read(
            all.replace("# [tenants.ann]", "[tenants.ann]")
                .replace("# [mcp.", "[mcp.")
                .replace("/srv/adapters", "src"),
            name -> name.equals("FILES_TOKEN") ? "f" : "s");
    assertThat(configuration.market())
        .isEqualTo(
            new MarketSettings(
                MarketSettings.DEFAULT.policy(),
                MarketSettings.DEFAULT.rules(),
                Map.of("ann", new Tenant(2000, 1000, 4096)),
                Tenant.DEFAULT,
                MarketSettings.DEFAULT.stepTarget()));
    assertThat(configuration.given())
        .hasSize(
            MarketKeys.ALL.size()
                + TenantKeys.ALL.size()
                + 1
                + ServerKeys.ALL.size()
                + HttpKeys.ALL.size()
                + 1
                + Limit.values().length);
    assertThat(configuration.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(configuration.adapters()).hasValue(Path.of("src").toAbsolutePath());
    assertThat(configuration.host().network()).isEqualTo(NetworkSettings.DEFAULT);
    assertThat(configuration.host().mcp().servers())
        .containsExactly(
            Map.entry(
                "files", new Program(List.of("mcp-files", "/srv/papers"), Map.of("TOKEN", "f"))),
            Map.entry(
                "search",
                new Address(
                    URI.create("https://mcp.example.com/mcp"),
                    Map.of("Authorization", "Bearer s"))));
  }

  @Test
  void linesOfTheTemplateFitATerminal() {
    assertThat(ConfigText.template().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(90));
  }

  @Test
  void everyKeyIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../../docs/market.md"));
    MarketKeys.ALL.forEach(key -> assertThat(page).contains("`" + key.name() + "`"));
    String network = Files.readString(Path.of("../../docs/network.md"));
    String operations = Files.readString(Path.of("../../docs/operations.md"));
    TenantKeys.ALL.forEach(key -> assertThat(page + operations).contains("`" + key.name() + "`"));
    ServerKeys.ALL.forEach(
        setting -> assertThat(operations).contains("`" + setting.key().name() + "`"));
    HttpKeys.ALL.forEach(key -> assertThat(network).contains("`" + key.name() + "`"));
    String sandbox = Files.readString(Path.of("../../docs/sandbox.md"));
    LimitKeys.ALL.values().forEach(key -> assertThat(sandbox).contains("| `" + key.name() + "` |"));
  }

  @Test
  void whatInferletsMayReachIsShownAsItWasSet() {
    String toml =
        """
        [inferlets.http]
        allow = ["api.example.com", "*.example.org:443", "127.0.0.1:8080"]
        connections = 9
        [mcp.a]
        command = ["x", "y z"]
        ["mcp"."b c"]
        url = "http://127.0.0.1:9/mcp"
        """;
    Configuration configuration = ConfigReader.read(toml);
    String shown = ConfigText.of(configuration);
    assertThat(shown)
        .contains("allow = [\"api.example.com\", \"*.example.org:443\", \"127.0.0.1:8080\"]\n")
        .contains("idle-timeout-seconds = 60  # default\n")
        .contains("[mcp.\"b c\"]\nurl = \"http://127.0.0.1:9/mcp\"\n");
    assertThat(ConfigReader.read(shown).host()).isEqualTo(configuration.host());
  }

  @Test
  void whatInferletsMayNotReachLikeThatIsSaid() {
    String toml =
        """
        [inferlets.http]
        allow = ["https://example.org"]
        conections = 9
        [mcp.a]
        command = []
        [mcp.b]
        url = "ftp://example.org"
        [mcp.c]
        url = "http://x"
        command = ["x"]
        [mcp.d]
        """;
    assertThatThrownBy(() -> ConfigReader.read(toml))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("\"https://example.org\" is no host")
                    .contains("inferlets.http.conections is 9, and there is no such key")
                    .contains("mcp.a: the command of a server names a program")
                    .contains("mcp.b: \"ftp://example.org\" is no http or https URL")
                    .contains("mcp.c must have either command")
                    .contains("mcp.d must have either command"));
  }

  @Test
  void secretsComeFromTheEnvironmentAndAreNotShown() {
    String toml =
        """
        [mcp.a]
        command = ["x"]
        environment = { TOKEN = "${A_TOKEN}", MODE = "hidden", "a b" = "$A ${B-C} ${A_TOKEN}${EMPTY}" }
        [mcp.b]
        url = "http://127.0.0.1:9/mcp"
        headers = { Authorization = "Bearer ${B_TOKEN}", x-key = "hidden" }
        """;
    Map<String, String> variables =
        Map.of("A_TOKEN", "se$cr\\et", "B_TOKEN", "hidden too", "EMPTY", "");
    Configuration configuration = ConfigReader.read(toml, variables::get);
    assertThat(configuration.host().mcp().servers())
        .containsEntry(
            "a",
            new Program(
                List.of("x"),
                Map.of("TOKEN", "se$cr\\et", "MODE", "hidden", "a b", "$A ${B-C} se$cr\\et")))
        .containsEntry(
            "b",
            new Address(
                URI.create("http://127.0.0.1:9/mcp"),
                Map.of("Authorization", "Bearer hidden too", "x-key", "hidden")));
    String shown = ConfigText.of(configuration);
    assertThat(shown + configuration.host()).doesNotContain("hidden").doesNotContain("se$cr");
    assertThat(shown)
        .contains("environment.TOKEN = \"${A_TOKEN}\"\n")
        .contains("# environment.MODE is set, and not shown\n")
        .contains("headers.Authorization = \"Bearer ${B_TOKEN}\"\n");
    assertThat(ConfigReader.read(shown, variables::get).host().mcp().servers().get("b"))
        .isEqualTo(
            new Address(
                URI.create("http://127.0.0.1:9/mcp"),
                Map.of("Authorization", "Bearer hidden too")));
  }

  @Test
  void whatIsWrongWithSecretsIsSaidWithoutThem() {
    String toml =
        """
        [mcp.a]
        command = ["x"]
        environment = { TOKEN = "${A_TOKEN}", N = 7, "A=B" = "hidden" }
        headers = { x = "hidden" }
        [mcp.b]
        url = "http://127.0.0.1:9/mcp"
        headers = { Authorization = "${BROKEN}", Host = "hidden", "a b" = "hidden" }
        """;
    assertThatThrownBy(() -> ConfigReader.read(toml, Map.of("BROKEN", "hidden\nx: y")::get))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "mcp.a.headers is a table, and there is no such key; there are command,"
                            + " environment",
                        "mcp.a.environment.TOKEN needs the environment variable A_TOKEN, which is"
                            + " not set",
                        "mcp.a.environment.N must be a text",
                        "mcp.a.environment.\"A=B\" cannot be set: its name is empty or has a =, or"
                            + " it has a NUL",
                        "mcp.b.headers: not a value for the field Authorization",
                        "mcp.b.headers: the host sets the field Host",
                        "mcp.b.headers: not the name of a field: a b"));
  }

  @Test
  void whatIsShownSetsTheSame() {
    LeaseTerms leases = new LeaseTerms(5, 0, 7, 2, 16);
    MarketSettings market =
        new MarketSettings(
            "dlpm",
            new MarketConfig(2, 3, 4, 1024, 5, 9, leases),
            Map.of("ann", new Tenant(1, 0.25, 2), "a \"b\". ü", new Tenant(3, 1e9, 4)),
            new Tenant(7, 0, 1),
            Duration.ofMillis(1));
    List<Mount> mounts = List.of(new Mount("/data", Path.of("src/main").toAbsolutePath()));
    TenantLimits ann = new TenantLimits(1, new Rate(0.5, 2), new Rate(3, 4), 5);
    ServerSettings server =
        new ServerSettings(
            "[::1]:1",
            "0",
            Duration.ofSeconds(7),
            "/d \"x\"",
            List.of("a.gguf", "b.gguf"),
            List.of("/models"),
            true,
            new ServerSettings.Tls("c", "k", "a"),
            new ServerSettings.Wire(1024, 1025, 3, Duration.ofSeconds(4), 1026, 1027, 5),
            new ServerSettings.Logs("json", "error", "log", false),
            new Quotas(
                Map.of("ann", ann, "a \"b\". ü", TenantLimits.DEFAULT),
                TenantLimits.DEFAULT.withProcesses(9)));
    String shown =
        ConfigText.of(
            new Configuration(
                market,
                mounts,
                Optional.of(Path.of("src").toAbsolutePath()),
                Limits.DEFAULT.with(Limit.FILE_BYTES, 1L << 36),
                HostSettings.DEFAULT,
                server,
                Map.of(),
                Set.of()));
    assertThat(ConfigReader.read(shown).market()).isEqualTo(market);
    assertThat(ConfigReader.read(shown).server()).isEqualTo(server);
    assertThat(ConfigReader.read(shown).mounts()).isEqualTo(mounts);
    assertThat(ConfigReader.read(shown).adapters()).hasValue(Path.of("src").toAbsolutePath());
    assertThat(ConfigReader.read(shown).limits().max(Limit.FILE_BYTES)).isEqualTo(1L << 36);
  }

  @Test
  void whatIsWrongWithAServerIsSaidAtOnce() {
    String toml =
        """
        [server]
        grpc = "nowhere"
        http = "127.0.0.1:65536"
        drain-seconds = -1
        metrics-open = "yes"
        models = "a.gguf"
        tls-key = "key.pem"
        http-body-bytes = 7
        log-format = "jsno"
        log-levle = "info"
        [tenants.ann]
        requests-per-second = 0
        processes = 1.5
        """;
    assertThatThrownBy(() -> ConfigReader.read(toml))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains("tenants.ann.requests-per-second is 0, and must be a number from")
                    .contains("tenants.ann.processes is 1.5, and must be a whole number from 1")
                    .contains("server.log-levle is \"info\", and there is no such key")
                    .contains("server.grpc is \"nowhere\", and must be HOST:PORT, with a port")
                    .contains("server.http is \"127.0.0.1:65536\", and must be HOST:PORT")
                    .contains("server.drain-seconds is -1, and must be a whole number from 0")
                    .contains("server.metrics-open is \"yes\", and must be true or false")
                    .contains("server.models is \"a.gguf\", and must be a list of files")
                    .contains("server.tls-certificate and server.tls-key go together")
                    .contains("server.http-body-bytes is 7, and must be a whole number from 1024")
                    .contains("server.log-format is \"jsno\", and must be one of text, json"));
  }

  @Test
  void aTenantAsksAsMuchAsOthersUnlessItsTableSaysOtherwise() {
    Quotas quotas =
        ConfigReader.read(
                """
                [tenants.others]
                processes = 3
                request-burst = 4
                [tenants.ann]
                request-burst = 5
                """)
            .server()
            .quotas();
    assertThat(quotas.of("bob").processes()).isEqualTo(3);
    assertThat(quotas.of("bob").requests().burst()).isEqualTo(4);
    assertThat(quotas.of("ann").processes()).isEqualTo(3);
    assertThat(quotas.of("ann").requests())
        .isEqualTo(new Rate(TenantLimits.DEFAULT.requests().perSecond(), 5));
  }

  @Test
  void whatIsShownTellsWhatWasSet() {
    String toml =
        """
        market.outbid = 4
        tenants.ann.credits = 5
        """;
    assertThat(ConfigText.of(ConfigReader.read(toml)))
        .contains("\noutbid = 4\n", "\nrent-shift = 4  # default\n")
        .contains("[tenants.others]\nendowment = 1000  # default\n")
        .contains("[tenants.ann]\nendowment = 1000  # as others\ncredits = 5\n");
  }
}
