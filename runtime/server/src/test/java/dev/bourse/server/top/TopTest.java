package dev.bourse.server.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.bourse.proto.v1.ContextActivity;
import dev.bourse.proto.v1.ContextState;
import dev.bourse.proto.v1.Pages;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.TenantAccount;
import dev.bourse.proto.v1.Tick;
import dev.bourse.proto.v1.Usage;
import dev.bourse.server.End;
import dev.bourse.server.Resources;
import dev.bourse.server.access.Role;
import dev.bourse.server.grpc.TestControlPlane;
import dev.bourse.server.market.LiveScreen;
import dev.bourse.server.market.ServerMarket;
import dev.bourse.server.node.NodeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The screen as a function of what a server says, the keys, and the command against a server. */
@Timeout(120)
class TopTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

  @TempDir Path folder;

  private static Process process(int number, double paid, int pages) {
    return Process.newBuilder()
        .setId("p" + number)
        .setProgram("talker@1.0.0")
        .setTenant(number % 2 == 0 ? "ann" : "bob")
        .setLaunchedAt(Timestamps.fromSeconds(1_000_000 - 60L * number))
        .setUsage(Usage.newBuilder().setPaid(paid).setPages(pages).setPromptTokens(10L * number))
        .build();
  }

  private static TopView view(int processes) {
    Tick.Builder tick =
        Tick.newBuilder()
            .setPolicy("market")
            .setStep(1234)
            .setSlots(256)
            .setTokens(64)
            .setSlotPrice(0.002)
            .setPages(Pages.newBuilder().setTotal(512).setFree(100))
            .addTenants(TenantAccount.newBuilder().setName("ann").setBalance(987.5));
    for (int i = 1; i <= processes; i++) {
      tick.addContexts(
          ContextState.newBuilder()
              .setProcessId("p" + i)
              .setPerToken(0.5)
              .setActivity(ContextActivity.forNumber(1 + i % 5)));
    }
    List<Process> all =
        IntStream.rangeClosed(1, processes).mapToObj(i -> process(i, i, 100 - i)).toList();
    return TopView.of("example:8421", "Pocket Chat 5M")
        .with(tick.build(), new ServerMarket().after(tick.build()), all);
  }

  private static String text(TopView view, TopScreen.Choice choice, int columns, int rows) {
    return TopScreen.lines(view, choice, NOW, columns, rows).stream()
        .map(AttributedString::toString)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void showsTheMarketTheTenantsAndWhatRuns() {
    String text = text(view(3), TopScreen.Choice.NONE, 120, 40);
    assertThat(text)
        .contains("example:8421, Pocket Chat 5M")
        .contains("policy market, step 1,234")
        .contains("64 of 256 sold")
        .contains("ann")
        .contains("987.50")
        .contains("3 processes, by paid")
        .contains("waits for pages")
        .endsWith("q leave");
    assertThat(text.lines().filter(line -> line.startsWith("p")).toList())
        .filteredOn(line -> line.matches("p\\d .*"))
        .extracting(line -> line.substring(0, 2))
        .containsExactly("p3", "p2", "p1");
  }

  @Test
  void isNeverWiderOrLongerThanTheScreenAndShowsWhatIsSelected() {
    TopView view = view(60).with("the server cannot be reached");
    TopKeys keys = new TopKeys(() -> view, id -> {}, () -> {}, () -> {});
    for (int i = 0; i < 50; i++) {
      assertThat(keys.pressed(LiveScreen.DOWN)).isTrue();
    }
    for (int columns : new int[] {1, 20, 79, 200}) {
      for (int rows : new int[] {1, 2, 10, 24, 100}) {
        List<AttributedString> lines = TopScreen.lines(view, keys.choice(), NOW, columns, rows);
        assertThat(lines).hasSizeLessThanOrEqualTo(rows);
        assertThat(lines).allMatch(line -> line.columnLength() <= columns);
      }
    }
    assertThat(text(view, keys.choice(), 120, 40)).contains("cannot be reached", "p11 ", "more");
  }

  @Test
  void keysSortSelectAndStop() throws Exception {
    BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    List<String> pressed = new ArrayList<>();
    TopView view = view(3);
    TopKeys keys =
        new TopKeys(() -> view, stopped::add, () -> pressed.add("all"), () -> pressed.add("model"));
    keys.pressed("k");
    assertThat(keys.choice().bottom()).hasValueSatisfying(s -> assertThat(s).contains("select"));
    keys.pressed("s");
    assertThat(keys.choice().order()).isEqualTo(Order.PAGES);
    keys.pressed(LiveScreen.DOWN);
    assertThat(keys.choice().selected()).hasValue("p1");
    keys.pressed("k");
    assertThat(keys.choice().bottom()).hasValueSatisfying(s -> assertThat(s).contains("p1? y"));
    keys.pressed("n");
    keys.pressed(LiveScreen.DOWN);
    keys.pressed("k");
    keys.pressed("y");
    assertThat(stopped.poll(30, TimeUnit.SECONDS)).isEqualTo("p2");
    assertThat(stopped).isEmpty();
    keys.pressed("a");
    keys.pressed("m");
    assertThat(pressed).containsExactly("all", "model");
    assertThat(keys.pressed("q")).isFalse();
  }

  @Test
  void aServerIsShownOnceAsTextAndAsJson() throws Exception {
    try (TestControlPlane server = new TestControlPlane(folder, NodeSettings.DEFAULT)) {
      Path talker = Files.createDirectory(folder.resolve("talker"));
      Files.write(talker.resolve("talker.wasm"), Resources.bytes("guests/talker.wasm"));
      Files.writeString(
          talker.resolve("inferlet.toml"),
          "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n");
      String address = server.address();
      End.bourse("deploy", "--server", address, talker.toString());
      String id = End.bourse("launch", "--server", address, "talker").out().strip();

      End once = End.bourse("top", "--server", address, "--once");
      assertThat(once.exitCode()).as(once.err()).isZero();
      assertThat(once.out()).contains("1 processes", id, "talker@1.0.0", "pages");
      JsonNode json =
          JsonMapper.shared()
              .readTree(End.bourse("top", "--server", address, "--once", "--json").out());
      assertThat(json.path("processes").path(0).path("id").asString()).isEqualTo(id);
      assertThat(json.path("market").path("pages").path("total").asInt()).isPositive();

      server.keys().create("ann", Role.USE, "");
      End refused = End.bourse("top", "--server", address, "--once");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("BOURSE_KEY");
    }
    End nobody = End.bourse("top", "--server", "127.0.0.1:1", "--once");
    assertThat(nobody.err()).contains("bourse serve starts one");
  }
}
