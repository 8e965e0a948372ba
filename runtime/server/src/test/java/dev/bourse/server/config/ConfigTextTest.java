package dev.bourse.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.process.Mount;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import java.io.IOException;
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
        ConfigReader.read(all.replace("# [tenants.ann]", "[tenants.ann]"));
    assertThat(configuration.market())
        .isEqualTo(
            new MarketSettings(
                MarketSettings.DEFAULT.policy(),
                MarketSettings.DEFAULT.rules(),
                Map.of("ann", new Tenant(2000, 1000, 4096)),
                Tenant.DEFAULT,
                MarketSettings.DEFAULT.stepTarget()));
    assertThat(configuration.given()).hasSize(MarketKeys.ALL.size() + TenantKeys.ALL.size() + 1);
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
    String shown = ConfigText.of(new Configuration(market, mounts, Set.of()));
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
