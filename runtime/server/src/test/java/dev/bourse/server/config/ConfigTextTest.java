package dev.bourse.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.HostSettings;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServer.Address;
import dev.bourse.host.mcp.McpServer.Program;
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
            all.replace("# [tenants.ann]", "[tenants.ann]").replace("# [mcp.", "[mcp."));
    assertThat(configuration.market())
        .isEqualTo(
            new MarketSettings(
                MarketSettings.DEFAULT.policy(),
                MarketSettings.DEFAULT.rules(),
                Map.of("ann", new Tenant(2000, 1000, 4096)),
                Tenant.DEFAULT,
                MarketSettings.DEFAULT.stepTarget()));
    assertThat(configuration.given())
        .hasSize(MarketKeys.ALL.size() + TenantKeys.ALL.size() + 1 + HttpKeys.ALL.size());
    assertThat(configuration.host().network()).isEqualTo(NetworkSettings.DEFAULT);
    assertThat(configuration.host().mcp().servers())
        .containsExactly(
            Map.entry("files", new Program(List.of("mcp-files", "/srv/papers"), Map.of())),
            Map.entry("search", new Address(URI.create("https://mcp.example.com/mcp"), Map.of())));
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
    String shown = ConfigText.of(new Configuration(market, mounts, HostSettings.DEFAULT, Set.of()));
    assertThat(ConfigReader.read(shown).market()).isEqualTo(market);
    assertThat(ConfigReader.read(shown).mounts()).isEqualTo(mounts);
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
