package dev.bourse.server.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.Balances;
import dev.bourse.engine.Balances.Holder;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineProcess;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tenants have, from one server to the next. */
@Timeout(120)
class BalanceKeeperTest {
  private static final String MODEL = "Pocket Chat 5M";
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Balances SOME =
      new Balances(
          1_500_000_000,
          7,
          1L << 31,
          List.of(
              new Holder("ann", 1_000, 1_499_999_992, 1L << 31, 1_000_000_000, 20),
              new Holder("bob \"\n", 1_000, 0, 0, 1_000_000_000, 500_000_000)));

  @TempDir private Path folder;
  private BalancesFile file;

  @BeforeEach
  void file() {
    file = new BalancesFile(folder.resolve("data/balances.json"));
  }

  private static void appear(Engine engine, String user) {
    try (EngineProcess process = engine.openProcess("p", user, 1)) {
      assertThat(process.account().balance()).isPositive();
    }
  }

  @Test
  void whatTenantsHaveComesBack() throws Exception {
    Balances before;
    try (TestNode node = TestNode.start(folder)) {
      try (BalanceKeeper keeper = new BalanceKeeper(file, NEVER)) {
        keeper.add(MODEL, node.engine());
        appear(node.engine(), "ann");
      }
      before = node.engine().balances();
      assertThat(before.holders()).extracting(Holder::user).containsExactly("ann");
    }
    assertThat(file.read()).isEqualTo(Map.of(MODEL, before));
    file.write(Map.of(MODEL, SOME, "another", before));
    try (TestNode node = TestNode.start(folder)) {
      try (BalanceKeeper keeper = new BalanceKeeper(file, NEVER)) {
        keeper.add(MODEL, node.engine());
        assertThat(node.engine().balances()).isEqualTo(SOME);
        node.engine().check();
        appear(node.engine(), "cid");
        keeper.remove(MODEL);
        appear(node.engine(), "too late");
      }
    }
    Map<String, Balances> after = file.read();
    assertThat(after).containsEntry("another", before).hasSize(2);
    assertThat(Objects.requireNonNull(after.get(MODEL)).holders())
        .startsWith(SOME.holders().toArray(Holder[]::new))
        .last()
        .extracting(Holder::user)
        .isEqualTo("cid");
  }

  @Test
  void itIsWrittenWhileTheServerRunsAndOnlyWhenSomethingChanged() throws Exception {
    try (TestNode node = TestNode.start(folder);
        BalanceKeeper keeper = new BalanceKeeper(file, SOON)) {
      keeper.add(MODEL, node.engine());
      appear(node.engine(), "ann");
      await(() -> file.read().values().stream().anyMatch(has -> !has.holders().isEmpty()));
      Files.delete(file.path());
      Thread.sleep(5 * SOON.toMillis());
      assertThat(file.path()).doesNotExist();
      appear(node.engine(), "bob");
      await(() -> file.read().containsKey(MODEL));
      assertThat(file.read().get(MODEL)).isEqualTo(node.engine().balances());
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.sleep(5);
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsTriedAgain() throws Exception {
    try (TestNode node = TestNode.start(folder);
        BalanceKeeper keeper = new BalanceKeeper(new BalancesFile(folder.resolve("x/b")), SOON)) {
      Files.writeString(folder.resolve("x"), "no folder");
      keeper.add(MODEL, node.engine());
      appear(node.engine(), "ann");
      Thread.sleep(5 * SOON.toMillis());
      Files.delete(folder.resolve("x"));
      await(() -> Files.exists(folder.resolve("x/b")));
    }
  }

  @Test
  void aDamagedFileIsRefusedAndLeftAlone() throws IOException {
    file.write(Map.of(MODEL, SOME));
    String whole = Files.readString(file.path());
    List<String> damaged =
        List.of(
            "",
            "{",
            "[]",
            "null",
            "{\"version\":1}",
            "{\"version\":1,\"models\":null}",
            "{\"version\":2,\"models\":{}}",
            "{\"version\":1,\"models\":{\"m\":null}}",
            whole + "x",
            whole.substring(0, whole.length() / 2),
            whole.replace("1499999992", "1499999993"),
            whole.replace("1499999992", "1499999992.5"),
            whole.replace("1499999992", "\"much\""),
            whole.replace("\"treasury\" : 7", "\"treasury\" : -7"),
            whole.replace("\"given\"", "\"taken\""),
            whole.replace("bob \\\"\\n", "ann"));
    for (String text : damaged) {
      assertThat(text).isNotEqualTo(whole);
      Files.writeString(file.path(), text);
      assertThatThrownBy(() -> new BalanceKeeper(file, NEVER))
          .as(text)
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_FILE))
          .hasMessageStartingWith(
              file.path() + ", where tenants' balances are kept, cannot be used")
          .hasMessageContaining("move it away");
      assertThat(Files.readString(file.path())).isEqualTo(text);
    }
    Files.writeString(file.path(), whole);
    assertThat(file.read()).isEqualTo(Map.of(MODEL, SOME));
  }

  @Test
  void aFolderHasOneServer() throws IOException {
    Path data = folder.resolve("data");
    try (ServerLock lock = ServerLock.take(data)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> ServerLock.take(data))
          .isInstanceOf(CommandException.class)
          .hasMessage(
              "another server (process %d) uses %s: stop it, or give this one a folder of its own with --data"
                  .formatted(ProcessHandle.current().pid(), data));
    }
    ServerLock.take(data).close();
    Path inTheWay = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> ServerLock.take(inTheWay.resolve("data")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("cannot be used");
  }
}
