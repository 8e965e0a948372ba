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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
    Stream.concat(MarketKeys.ALL.stream(), TenantKeys.ALL.stream())
        .forEach(key -> assertThat(page).contains("`" + key.name() + "`"));
    String network = Files.readString(Path.of("../../docs/network.md"));
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
    String shown =
        ConfigText.of(
            new Configuration(
                market,
                mounts,
                Optional.of(Path.of("src").toAbsolutePath()),
                Limits.DEFAULT.with(Limit.FILE_BYTES, 1L << 36),
                HostSettings.DEFAULT,
                Map.of(),
                Set.of()));
    assertThat(ConfigReader.read(shown).market()).isEqualTo(market);
    assertThat(ConfigReader.read(shown).mounts()).isEqualTo(mounts);
    assertThat(ConfigReader.read(shown).adapters()).hasValue(Path.of("src").toAbsolutePath());
    assertThat(ConfigReader.read(shown).limits().max(Limit.FILE_BYTES)).isEqualTo(1L << 36);
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
