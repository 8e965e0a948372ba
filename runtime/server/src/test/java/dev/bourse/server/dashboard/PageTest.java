package dev.bourse.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real Chromium. Its pictures are kept in {@code target/dashboard}. */
@Timeout(180)
class PageTest {
  private static final Path PICTURES = Path.of("target/dashboard");
  private static final String LIVE = "document.getElementById('status').dataset.state === 'live'";

  /** The number of the step that is shown. */
  private static final String STEP =
      "Number(document.querySelector('.step-line').textContent.match(/[0-9][0-9,]*/)[0].replace(/,/g, ''))";

  private static final String NARROW = "window.innerWidth";
  private static final Caller ANN = new Caller("ann", Role.USE, "a");
  private static final Caller BOB = new Caller("bob", Role.USE, "b");

  @TempDir private static Path profiles;
  private static Optional<Chromium> chromium = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    chromium = Chromium.start(profiles);
  }

  @AfterAll
  static void stop() throws Exception {
    if (chromium.isPresent()) {
      chromium.get().close();
    }
  }

  private static Chromium.Page open() throws Exception {
    assumeTrue(chromium.isPresent(), "skipped: there is no chromium");
    Chromium.Page page = chromium.get().open();
    page.look(1280, 900, false, false);
    return page;
  }

  private static void signIn(Chromium.Page page, String key) throws Exception {
    page.until("!document.getElementById('sign-in').hidden");
    page.click("#key");
    page.type(key);
    page.key("Enter", 13);
  }

  private static void noProblems(Chromium.Page page) {
    assertThat(page.problems()).isEmpty();
  }

  private static void fitsItsWidth(Chromium.Page page) throws Exception {
    assertThat(page.eval("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(page.eval("window.innerWidth").asInt());
  }

  @Test
  void beforeAnythingRanItSaysSo() throws Exception {
    try (TestBoard board = new TestBoard(folder);
        Chromium.Page page = open()) {
      page.go(board.uri("/").toString());
      page.until(LIVE);
      page.until("document.body.innerText.includes('Nothing was computed yet')");
      page.until("document.body.innerText.includes('No process ran yet')");
      page.until("document.body.innerText.includes('No context is open')");
      page.until("document.body.innerText.includes('No tenant has run anything yet')");
      page.shoot(PICTURES.resolve("empty.png"), true);
      noProblems(page);
    }
  }

  /** Steps of few tokens and few pages, so that prices rise and contexts wait for both. */
  @Test
  void itShowsAnEngineUnderLoad() throws Exception {
    EngineConfig narrow = EngineConfig.defaults(4096).withStep(4, 4);
    try (TestBoard board = new TestBoard(folder, 0, narrow);
        Chromium.Page page = open()) {
      final String ann = board.key("ann", Role.USE);
      final String bob = board.key("bob", Role.USE);
      final String operator = board.key("ops", Role.ADMINISTER);
      for (int choices = 2; choices < 5; choices++) {
        board.chat(ann, ANN, choices);
        board.chat(bob, BOB, choices);
      }
      page.go(board.uri("/").toString());
      signIn(page, operator);
      page.until(LIVE);
      page.until("document.querySelectorAll('.steps rect[data-kind=decode]').length > 20");
      page.until("document.querySelectorAll('#contexts tbody tr').length > 12");
      page.until(
          "[...document.querySelectorAll('#contexts .limb')].some(e => e.textContent.trim())");
      page.until("document.querySelector('#contexts .state[data-state=waits_for_slots]')");
      page.until("document.querySelectorAll('#processes tbody tr').length === 6");
      assertThat(page.text("#processes-sum")).isEqualTo("6 running");
      assertThat(page.text("#tenants tbody")).contains("ann").contains("bob");
      assertThat(page.text("#figures")).contains("Throughput", "tokens/s");
      page.until("document.querySelector('#figures .curve').getAttribute('d').length > 40");
      page.until(
          "document.querySelectorAll('.figure .note')[2].textContent.match(/at most 0?[.]?[0-9]*[1-9]/)");
      long before = page.eval(STEP).asLong();
      page.until(STEP + " > " + before);
      // Long enough for curves that tell something.
      page.until("document.querySelector('#figures .curve').getAttribute('d').length > 300");
      for (boolean dark : new boolean[] {false, true}) {
        page.look(1280, 900, false, dark);
        page.until(NARROW + " === 1280");
        fitsItsWidth(page);
        page.shoot(PICTURES.resolve(dark ? "desktop-dark.png" : "desktop-light.png"), true);
        page.look(360, 780, true, dark);
        page.until(NARROW + " === 360");
        fitsItsWidth(page);
        page.shoot(PICTURES.resolve(dark ? "phone-dark.png" : "phone-light.png"), true);
      }
      page.look(1280, 900, false, false);
      page.click("#contexts-filter button:nth-child(3)");
      page.until(
          "[...document.querySelectorAll('#contexts .state')].every(e => e.dataset.state.startsWith('waits'))");
      assertThat(page.problems())
          .allSatisfy(problem -> assertThat(problem.text()).contains("401 (Unauthorized)"));
    }
  }

  @Test
  void aProcessIsOpenedAndStopped() throws Exception {
    try (TestBoard board = new TestBoard(folder);
        Chromium.Page page = open()) {
      NodeProcess process = board.chat("", Caller.LOCAL, 3);
      page.go(board.uri("/").toString());
      page.click("#processes .link");
      page.until("document.getElementById('process').open");
      page.until("document.getElementById('process-output').textContent.includes('\"type\"')");
      page.until("document.querySelectorAll('#process-contexts tbody tr').length > 2");
      assertThat(page.text("#process-h")).isEqualTo(process.program());
      assertThat(page.text("#process-sub")).contains(process.id());
      assertThat(page.text("#process-receipt")).contains("prefill", "decode", "credits");
      page.shoot(PICTURES.resolve("process.png"), false);
      page.click("#process-stop");
      assertThat(process.end()).as("after the first of two clicks").isEmpty();
      page.click("#process-stop");
      Outcome outcome = process.ended().get(20, TimeUnit.SECONDS).outcome();
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.kind()).isEqualTo(FailureKind.TERMINATED));
      page.until("document.getElementById('process-state').textContent === 'terminated'");
      page.until("document.getElementById('process-stop').hidden");
      page.key("Escape", 27);
      page.until("!document.getElementById('process').open");
      page.until("document.activeElement.closest('#processes')");
      noProblems(page);
    }
  }

  @Test
  void aPromptIsTried() throws Exception {
    try (TestBoard board = new TestBoard(folder);
        Chromium.Page page = open()) {
      page.go(board.uri("/").toString());
      page.until(LIVE);
      page.eval(
          "new MutationObserver(() => (window.seen ??= new Set()).add(document.querySelector('.turn.assistant p')?.textContent))"
              + ".observe(document.getElementById('turns'), {subtree: true, childList: true, characterData: true})");
      page.click("#prompt");
      page.type("What is the capital of France?");
      page.key("Enter", 13);
      page.until(
          "document.querySelector('.turn.assistant small')?.textContent.includes('credits')");
      assertThat(page.text(".turn.assistant p")).isEqualTo("The capital of France is Paris.");
      assertThat(page.eval("window.seen.size").asInt())
          .as("pieces that were seen")
          .isGreaterThan(3);
      assertThat(page.text(".turn.assistant small")).contains("9 out", "first after");
      page.click("#prompt");
      page.type("And of Japan?");
      page.key("Enter", 13);
      page.until(
          "document.querySelectorAll('.turn.assistant small')[1]?.textContent.includes('cached')");
      page.shoot(PICTURES.resolve("prompt.png"), false);
      page.click("#try-new");
      page.until("document.querySelectorAll('.turn').length === 0");
      noProblems(page);
    }
  }

  @Test
  void whatProgramsSayIsTextAndNothingElse() throws Exception {
    String evil = "<img src=x onerror=alert(1)><script>window.evil=1</script>";
    try (TestBoard board = new TestBoard(folder);
        Chromium.Page page = open()) {
      page.go(board.uri("/").toString());
      page.until(LIVE);
      page.click("#prompt");
      page.type(evil);
      page.key("Enter", 13);
      page.until("document.querySelector('.turn.assistant small')?.textContent");
      assertThat(page.text(".turn.user p")).isEqualTo(evil);
      assertThat(page.eval("document.querySelectorAll('main img, main script').length").asInt())
          .isZero();
      assertThat(page.eval("window.evil === undefined").asBoolean()).isTrue();
      noProblems(page);
      assertThat(
              page.eval(
                      "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'made'; } catch (e) { return e.name; } })()")
                  .asString())
          .as("the policy refuses markup from text")
          .isEqualTo("TypeError");
    }
  }

  @Test
  void withKeysItAsksForOneAndShowsWhatIsItsTenants() throws Exception {
    try (TestBoard board = new TestBoard(folder)) {
      final String ann = board.key("ann", Role.USE);
      final String bob = board.key("bob", Role.USE);
      final String operator = board.key("ops", Role.ADMINISTER);
      NodeProcess secret = board.chat(ann, ANN, 2);
      NodeProcess own = board.chat(bob, BOB, 2);
      try (Chromium.Page page = open()) {
        page.go(board.uri("/").toString());
        page.until("!document.getElementById('sign-in').hidden");
        assertThat(page.eval("document.getElementById('board').hidden").asBoolean()).isTrue();
        page.shoot(PICTURES.resolve("sign-in.png"), false);
        signIn(page, "bourse_wrong");
        page.until("document.getElementById('sign-in-error').textContent.includes('revoked')");
        signIn(page, bob);
        page.until(LIVE);
        page.until("document.querySelector('#processes tbody tr')");
        String seen = page.eval("document.body.innerText").asString();
        assertThat(seen)
            .contains("bob")
            .contains(own.id())
            .doesNotContain(secret.id())
            .doesNotContain("ann,");
        assertThat(
                page.eval(
                        "[...document.querySelectorAll('#tenants .name')].map(e => e.textContent)")
                    .toString())
            .isEqualTo("[\"bob\"]");
        assertThat(page.eval("localStorage.length + document.cookie.length").asInt()).isZero();
        page.click("#sign-out");
        page.until("!document.getElementById('sign-in').hidden");
        assertThat(page.eval("sessionStorage.length").asInt()).isZero();
        signIn(page, operator);
        page.until("document.body.innerText.includes('%s')".formatted(secret.id()));
        // The browser notes each answer that is no success; nothing else went wrong.
        assertThat(page.problems())
            .allSatisfy(problem -> assertThat(problem.text()).contains("401 (Unauthorized)"));
      }
    }
  }

  @Test
  void itComesBackWhenTheServerDoes() throws Exception {
    try (Chromium.Page page = open()) {
      int port;
      try (TestBoard board = new TestBoard(folder)) {
        port = board.port();
        page.go(board.uri("/").toString());
        page.until(LIVE);
      }
      page.until("document.getElementById('status').dataset.state === 'offline'");
      page.until("!document.getElementById('offline').hidden");
      assertThat(page.text("#offline-text")).contains("Not live", "Trying again");
      page.shoot(PICTURES.resolve("offline.png"), false);
      page.forgetProblems();
      try (TestBoard board = new TestBoard(folder, port)) {
        assertThat(board.port()).isEqualTo(port);
        page.until(LIVE);
        page.until("document.getElementById('offline').hidden");
      }
    }
  }

  @Test
  void coloursFollowTheSystemUntilSomebodyChooses() throws Exception {
    try (TestBoard board = new TestBoard(folder);
        Chromium.Page page = open()) {
      String ground = "getComputedStyle(document.body).backgroundColor";
      page.go(board.uri("/").toString());
      page.until(LIVE);
      String light = page.eval(ground).asString();
      page.look(1280, 900, false, true);
      String dark = page.eval(ground).asString();
      assertThat(dark).isNotEqualTo(light);
      page.click("#theme");
      assertThat(page.eval(ground).asString()).isEqualTo(light);
      page.click("#theme");
      page.look(1280, 900, false, false);
      assertThat(page.eval(ground).asString()).isEqualTo(dark);
      page.go(board.uri("/").toString());
      page.until(LIVE);
      assertThat(page.eval(ground).asString()).isEqualTo(dark);
      noProblems(page);
    }
  }
}
