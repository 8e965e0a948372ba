package dev.bourse.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Tenant;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration means, and what is wrong with it. */
class ConfigReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "[market]\n[tenants.others]\n"})
  void nothingSaidIsTheDefault(String toml) {
    assertThat(ConfigReader.read(toml)).isEqualTo(Configuration.DEFAULT);
  }

  @Test
  void foldersAreMountedUnderTheirNames(@TempDir Path folder) {
    String toml = "[inferlets.mounts]\ndata = '%s'\n".formatted(folder);
    assertThat(ConfigReader.read(toml).mounts()).containsExactly(new Mount("/data", folder));
    assertThat(ConfigReader.read(toml).given()).containsExactly("inferlets.mounts.data");
  }

  @Test
  void whatCannotBeMountedIsSaid(@TempDir Path folder) {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigReader.read(
                    """
                    [inferlets.mounts]
                    gone = '%s/gone'
                    number = 5
                    "a/b" = '%s'
                    """
                        .formatted(folder, folder)));
    assertThat(e.problems()).hasSize(3);
    assertThat(e.problems().get(0))
        .startsWith("inferlets.mounts.gone is ")
        .endsWith("and must be a folder that is there");
    assertThat(e.problems().get(1))
        .isEqualTo("inferlets.mounts.number is 5, and must be a folder that is there");
    assertThat(e.problems().get(2))
        .startsWith("inferlets.mounts.\"a/b\": a folder cannot be mounted at \"/a/b\"");
  }

  @Test
  void everyKeyOfTheMarketIsUsed() {
    MarketSettings market =
        ConfigReader.read(
                """
                [market]
                policy = "vtc"
                step-target-ms = 50
                lane-share = 4
                lane-quantum = 8
                wait-steps = 32
                levels-per-doubling = 2
                pacing-steps = 0
                history-steps = 100
                lease-wait-ticks = 128
                lease-min-ticks = 16
                lease-forced-ticks = 512
                outbid = 3
                rent-shift = 2
                """)
            .market();
    LeaseTerms leases = new LeaseTerms(128, 16, 512, 3, 2);
    assertThat(market)
        .isEqualTo(
            new MarketSettings(
                "vtc",
                new MarketConfig(4, 8, 32, 2, 0, 100, leases),
                Map.of(),
                Tenant.DEFAULT,
                Duration.ofMillis(50)));
  }

  @Test
  void whatAUserIsNotGivenIsAsOthersHaveIt() {
    Configuration configuration =
        ConfigReader.read(
            """
            [tenants.others]
            credits = 10
            [tenants.ann]
            endowment = 3
            contexts = 5
            [tenants."b.ob"]
            credits = 0.5
            """);
    assertThat(configuration.market().others()).isEqualTo(new Tenant(1000, 10, 4096));
    assertThat(configuration.market().tenants())
        .containsOnly(
            Map.entry("ann", new Tenant(3, 10, 5)), Map.entry("b.ob", new Tenant(1000, 0.5, 4096)));
    assertThat(configuration.given())
        .containsExactlyInAnyOrder(
            "tenants.others.credits",
            "tenants.ann.endowment",
            "tenants.ann.contexts",
            "tenants.\"b.ob\".credits");
  }

  @Test
  void everyLimitOfInferletsCanBeSet() {
    for (Limit limit : Limit.values()) {
      for (long max : new long[] {1, limit.ceiling()}) {
        Configuration read =
            ConfigReader.read("inferlets.limits.%s = %d".formatted(limit.key(), max));
        assertThat(read.limits().changed()).containsExactly(Map.entry(limit, max));
      }
      assertThat(problems("inferlets.limits.%s = %d".formatted(limit.key(), limit.ceiling() + 1)))
          .containsExactly(
              "inferlets.limits.%s is %d, and must be a whole number from 1 to %d"
                  .formatted(limit.key(), limit.ceiling() + 1, limit.ceiling()));
    }
    assertThat(
            problems(
                """
                inferlets.adapters = "/no/such/folder"
                [inferlets.limits]
                contexts = 0
                handels = 5
                files = "many"
                """))
        .containsExactlyInAnyOrder(
            "inferlets.adapters is \"/no/such/folder\", and must be a folder that is there",
            "inferlets.limits.handels is 5, and there is no such key; did you mean handles?",
            "inferlets.limits.contexts is 0, and must be a whole number from 1 to 262143",
            "inferlets.limits.files is \"many\", and must be a whole number from 1 to 1000000");
  }

  @Test
  void limitsBoundWhatManifestsAskForAndHoldWhereTheyAskForNothing() {
    Limits operator =
        ConfigReader.read("inferlets.limits.contexts = 10\ninferlets.limits.files = 5").limits();
    Limits manifest = Limits.DEFAULT.with(Limit.CONTEXTS, 20).with(Limit.HANDLES, 30);
    assertThat(manifest.within(operator).changed())
        .containsOnly(
            Map.entry(Limit.CONTEXTS, 10L),
            Map.entry(Limit.HANDLES, 30L),
            Map.entry(Limit.FILES, 5L));
    assertThat(Limits.DEFAULT.with(Limit.CONTEXTS, 3).within(operator).max(Limit.CONTEXTS))
        .isEqualTo(3);
  }

  /** The limits here and those of the types that are made of the values are the same. */
  @TestFactory
  Stream<DynamicTest> theLimitsOfEveryKeyAreWhatCanBeSet() {
    return Stream.concat(
            MarketKeys.ALL.stream().map(key -> Map.entry("market", key)),
            TenantKeys.ALL.stream().map(key -> Map.entry("tenants.ann", key)))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getValue().name(), () -> checkLimits(entry.getKey(), entry.getValue())));
  }

  private static void checkLimits(String table, Key<?> key) {
    switch (key.kind()) {
      case Kind.Whole(int least, int most, boolean _) -> {
        for (long inside : new long[] {least, most}) {
          ConfigReader.read(line(table, key, inside));
        }
        List<Long> outside = List.of(least - 1L, most + 1L, Long.MAX_VALUE);
        outside.forEach(
            value ->
                assertThat(problems(line(table, key, value)))
                    .anySatisfy(
                        problem ->
                            assertThat(problem)
                                .startsWith("%s.%s is %d,".formatted(table, key.name(), value))
                                .contains("%d to %d".formatted(least, most))));
        assertThat(problems(line(table, key, "1.5"))).hasSize(1);
        assertThat(problems(line(table, key, "true"))).hasSize(1);
      }
      case Kind.Amount(double least, double most) -> {
        ConfigReader.read(line(table, key, least));
        ConfigReader.read(line(table, key, most));
        for (String value : List.of("-0.001", "1e300", "inf", "nan", "\"1\"")) {
          assertThat(problems(line(table, key, value)))
              .as(value)
              .singleElement()
              .asString()
              .contains(table + "." + key.name(), key.kind().words());
        }
      }
      case Kind.Word(List<String> words) -> {
        words.forEach(word -> ConfigReader.read(line(table, key, '"' + word + '"')));
        assertThat(problems(line(table, key, "\"Market\"")))
            .containsExactly(
                "market.policy is \"Market\", and must be one of market, fcfs, vtc, dlpm;"
                    + " did you mean market?");
        assertThat(problems(line(table, key, "1"))).hasSize(1);
      }
      default -> throw new AssertionError(key);
    }
  }

  /** One key, with what it needs beside it. */
  private static String line(String table, Key<?> key, Object value) {
    String forced =
        key.equals(MarketKeys.LEASE_WAIT) ? "\nlease-forced-ticks = " + Integer.MAX_VALUE : "";
    String wait = key.equals(MarketKeys.LEASE_FORCED) ? "\nlease-wait-ticks = 1" : "";
    return "[%s]\n%s = %s%s%s\n".formatted(table, key.name(), value, forced, wait);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "market = 1 | market is 1, and must be a table: [market]",
        "tenants = [1] | tenants is a list, and must be a table: [tenants]",
        "tenants.ann = 5 | tenants.ann is 5, and must be a table: [tenants.ann]",
        "markt.policy = 'fcfs' | markt is a table, and there is no such key; did you mean market?",
        "x = 1 | x is 1, and there is no such key; there are market, tenants, server, inferlets, mcp",
        "market.step-taget-ms = 5 | market.step-taget-ms is 5, and there is no such key; did you"
            + " mean step-target-ms?",
        "tenants.ann.credit = 5 | tenants.ann.credit is 5, and there is no such key; did you mean"
            + " credits?",
        "tenants.ann.quota = 5 | tenants.ann.quota is 5, and there is no such key; there are"
            + " endowment, credits, contexts, processes, launches-per-second, launch-burst,"
            + " requests-per-second, request-burst, requests-at-once",
        "market.levels-per-doubling = 3 | market.levels-per-doubling is 3, and must be a power of"
            + " two from 1 to 1024",
        "market.lease-forced-ticks = 5 | market.lease-forced-ticks is 5, and must be at least"
            + " market.lease-wait-ticks, which is 256",
        "tenants.'a/b' = {} | tenants.\"a/b\": the user 'a/b' has a slash, which would make"
            + " @user/name ambiguous",
      })
  void aProblemNamesTheKeyTheValueAndWhatItMayBe(String toml, String problem) {
    assertThat(problems(toml)).containsExactly(problem);
  }

  @Test
  void aLedgerHoldsOnlySoMuch() {
    String tenants =
        Stream.iterate(1, i -> i + 1)
            .limit(9)
            .map("tenants.t%d.credits = 1_000_000_000\n"::formatted)
            .collect(Collectors.joining());
    assertThat(problems(tenants + "tenants.others.credits = 8_000_000"))
        .containsExactly(
            "tenants: the named and one other have 9008000000 credits together, and there can be"
                + " 9007199254 at most");
    ConfigReader.read(tenants + "tenants.others.credits = 7_000_000");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            problems(
                """
                [market]
                policy = "marked"
                lane-share = 1
                wait-step = 3
                [tenants.others]
                credits = -1
                [tenants.ann]
                contexts = "many"
                """))
        .containsExactly(
            "market.wait-step is 3, and there is no such key; did you mean wait-steps?",
            "tenants.others.credits is -1, and must be a number from 0 to 1000000000",
            "tenants.ann.contexts is \"many\", and must be a whole number from 1 to 2147483647",
            "market.lane-share is 1, and must be a whole number from 2 to 1048576",
            "market.policy is \"marked\", and must be one of market, fcfs, vtc, dlpm; did you mean"
                + " market?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[market", "market = ", "a = 1\na = 2", "[market]\n[market]", "=\n"})
  void whatIsNotTomlIsSaidWithItsPlace(String toml) {
    assertThat(problems(toml))
        .singleElement()
        .asString()
        .matches("line \\d+, column \\d+: this is not TOML: \\S.*")
        .doesNotContain("Exception", "Node", "StreamReadFeature");
  }

  private static List<String> problems(String toml) {
    ConfigException problem =
        catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(toml));
    assertThat(problem).as("problems of %s", toml).isNotNull();
    return problem.problems();
  }
}
