package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.Scripts.Place;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Program;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts under names, from inferlets: sandboxed and host-side, over restarts of the engine. */
class NamedContextsTest {
  private static final String LONG =
      "The capital of France is Paris. The capital of Japan is Tokyo. The capital of Italy is Rome."
          + " The capital of Spain is Madrid. The capital of Germany is Berlin. The capital of"
          + " Egypt is Cairo. The capital of Peru is Lima. The capital of Kenya is Nairobi.";

  private static Model model;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModel.load();
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  private Scripts scripts() throws Exception {
    return Scripts.on(model, folder);
  }

  /** Runs {@code before}, saves, restarts the engine, opens, runs {@code after}. */
  private String interrupted(Place place, String before, String after) throws Exception {
    String told;
    try (Scripts scripts = scripts()) {
      told = scripts.run(place, before, "replace it");
    }
    try (Scripts scripts = scripts()) {
      return told + scripts.run(place, "open it", after);
    }
  }

  private String straight(Place place, String before, String after) throws Exception {
    try (Scripts scripts = scripts()) {
      return scripts.run(place, before, "flush", after);
    }
  }

  private void assertGoesOn(Place place, String before, String after) throws Exception {
    assertThat(interrupted(place, before, after))
        .isEqualTo(straight(place, before, after))
        .doesNotContain("error")
        .doesNotContain("misuse");
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerGoesOnAfterARestartWhereItWas(Place place) throws Exception {
    assertGoesOn(
        place,
        "user What is the capital of France?\ncue\ngenerate 4",
        "generate 8\ncounts\ntokens\nuser And of Japan?\ncue\nanswer\ncounts");
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterTokensWereTakenBack(Place place) throws Exception {
    assertGoesOn(
        place,
        "keep-removable 40\nappend " + LONG + "\nflush\ntruncate 21\ncounts",
        "keep-removable 40\ncounts\ntruncate 9\ngenerate 6\ntokens\ncounts");
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterPagesWereDropped(Place place) throws Exception {
    assertGoesOn(
        place, "append " + LONG + "\nflush\ndrop 1 2\ngenerate 3", "generate 8\ntokens\ncounts");
  }

  @ParameterizedTest
  @EnumSource
  void goesOnWithTheWindowItHad(Place place) throws Exception {
    assertGoesOn(
        place,
        "append " + LONG + "\nwindow 4 24\nflush\ngenerate 3",
        "generate 24\ntokens\ncounts");
  }

  @ParameterizedTest
  @EnumSource
  void aSuspendedContextGoesOnAndCanBeForkedAndSaved(Place place) throws Exception {
    String before = "user " + LONG + "\ncue\ngenerate 5";
    String after = "generate 5\ntokens\ncounts";
    String straight = straight(place, before, after);
    try (Scripts scripts = scripts()) {
      assertThat(scripts.run(place, before, "suspend", after)).isEqualTo(straight);
      assertThat(scripts.run(place, before, "suspend", "fork", after)).isEqualTo(straight);
      assertThat(scripts.run(place, before, "suspend", "save it", after)).isEqualTo(straight);
      assertThat(scripts.run(place, "open it", "suspend", after))
          .isEqualTo(straight.substring(straight.indexOf('\n') + 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNameMeansOneSnapshotUntilItIsReplacedTakenRenamedOrDeleted(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      assertThat(
              scripts.run(
                  place,
                  "has a",
                  "append one\nsave a\nhas a",
                  "append two\nsave a",
                  "replace a\nrename a b\nhas a\nlist",
                  "save a\nrename a b",
                  "open b\ncounts\ntake b\ncounts\nopen b",
                  "delete a\ndelete a\nlist"))
          .isEqualTo(
              """
              false
              true
              error: there is a snapshot @local/a already: delete it, or replace it
              false
              b
              error: there is a snapshot @local/b already: delete it, or replace it
              4 tokens, 0 committed, 1 working pages, 4 working tokens, 0 pending
              4 tokens, 0 committed, 1 working pages, 4 working tokens, 0 pending
              error: there is no snapshot @local/b
              error: there is no snapshot @local/a
              """);
    }
  }

  @ParameterizedTest
  @EnumSource
  void snapshotsGetNamesThatAreMadeUp(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      String[] names = scripts.run(place, "append one\nsnapshot\nlist").split("\n", -1);
      assertThat(names[1]).isEqualTo(names[0] + "-again");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotSaysWhatItIs(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      assertThat(
              scripts.run(
                  place,
                  "append " + LONG,
                  "save plain\ndescribe plain",
                  "save-for short 60\ndescribe short",
                  "save-granting ours bob eve\ndescribe ours",
                  "manifest plain\nruntime\nusername"))
          .matches(
              """
              @local/plain: \\d+ tokens of Pocket Chat 5M, some bytes, for ever, granted to \\[\\]
              @local/short: \\d+ tokens of Pocket Chat 5M, some bytes, gone 60000 ms after it was saved, granted to \\[\\]
              @local/ours: \\d+ tokens of Pocket Chat 5M, some bytes, for ever, granted to \\[(bob, eve|eve, bob)\\]
              none
              Pocket Chat 5M f32
              local
              """);
    }
  }

  @ParameterizedTest
  @EnumSource
  void manySnapshotsAreListedInOrder(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      StringBuilder saves = new StringBuilder("append one");
      StringBuilder names = new StringBuilder();
      for (int i = 1000; i < 1400; i++) {
        String name = "a-name-of-some-length-" + "é".repeat(40) + i;
        saves.append("\nsave-granting ").append(name).append(' ').append("bob".repeat(40));
        names.append(name).append('\n');
      }
      scripts.run(place, saves.toString());
      assertThat(scripts.run(place, "list")).isEqualTo(names.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aUserSeesOthersSnapshotsOnlyIfTheyWereGranted(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      scripts.run(place, "append secret\nsave mine\nsave-granting ours bob");
      assertThat(scripts.runAs("bob", place, "list\nhas mine\nhas @local/mine\nhas @local/ours"))
          .isEqualTo("false\nfalse\ntrue\n");
      assertThat(scripts.runAs("bob", place, "open @local/ours\ntokens"))
          .isEqualTo(scripts.run(place, "open mine\ntokens"));
      String denied = scripts.runAs("bob", place, "open @local/mine\ndescribe @local/mine");
      assertThat(denied)
          .isEqualTo(
              scripts
                  .runAs("bob", place, "open @local/none\ndescribe @local/none")
                  .replace("none", "mine"));
      assertThat(
              scripts.runAs(
                  "bob",
                  place,
                  "append x\nsave @local/new\nreplace @local/ours\ntake @local/ours",
                  "delete @local/ours\nrename @local/ours stolen\nrename @local/ours @local/x"))
          .matches("(error: [^\\n]*'@[^\\n]*\\n){6}");
      assertThat(scripts.runAs("eve", place, "has @local/ours")).isEqualTo("false\n");
      assertThat(scripts.run(place, "list")).isEqualTo("mine\nours\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotWithATimeToLiveIsGoneAfterIt(Place place) throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (Scripts scripts = Scripts.on(model, folder, config -> config.withClock(now::get))) {
      assertThat(scripts.run(place, "append one\nsave-for short 3600\nhas short"))
          .isEqualTo("true\n");
      now.updateAndGet(instant -> instant.plus(Duration.ofHours(2)));
      assertThat(scripts.run(place, "has short\nlist\nopen short"))
          .startsWith("false\nerror: ")
          .contains("short");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotIsOpenedWithTheManifestItWasSavedWith(Place place) throws Exception {
    String prompt = "REPO_MAP=src/A.java/ SYSTEM=You_review_changes./";
    try (Scripts scripts = scripts()) {
      assertThat(
              scripts.run(
                  place,
                  "append-stable " + prompt,
                  "save-made-from review " + prompt,
                  "open-expecting review " + prompt,
                  "open-expecting review SYSTEM=You_review_changes./ REPO_MAP=src/A.java/"
                      + " USER_TURN=ok?"))
          .isEmpty();
      assertThat(
              scripts.run(
                  place, "open-expecting review REPO_MAP=src/B.java/ SYSTEM=You_review_changes./"))
          .matches(
              "error: snapshot \"review\": the context manifest does not match at segments\\[1\\]:"
                  + " saved with repo_map of 11 bytes, sha256 [0-9a-f]{64}, expected repo_map of 11"
                  + " bytes, sha256 [0-9a-f]{64}\n");
      assertThat(scripts.run(place, "append-stable " + prompt, "save plain")).isEmpty();
      assertThat(scripts.run(place, "open-expecting plain " + prompt))
          .isEqualTo(
              "error: snapshot \"plain\" was saved without a context manifest, so nobody knows"
                  + " whether it is what is expected\n");
      assertThat(scripts.run(place, "append other\nsave-made-from lie " + prompt))
          .startsWith("misuse: the context manifest does not match at stableTokens:");
      assertThat(scripts.run(place, "manifest review"))
          .isEqualTo(scripts.run(Place.JAVA, "manifest review"))
          .hasSize(65);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMergeAcrossTheSeamIsFoundWithARealTokenizer(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      assertThat(scripts.run(place, "split SYSTEM=The_capital_of_Fra USER_TURN=nce_is_Paris."))
          .matches(
              "the context manifest does not match at tokenization\\[\\d+\\]: the whole has token"
                  + " \\d+, the parts have token \\d+, \\d+ before the seam at token \\d+: the"
                  + " tokenizer merges across the seam[^\n]*\n");
      assertThat(scripts.run(place, "split SYSTEM=The_capital_of_France USER_TURN=_is_Paris."))
          .isEqualTo("sound\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPassTellsWhatWasReused(Place place) throws Exception {
    String prompt = "append " + LONG + "\nflush\nreceipt";
    int tokens = model.tokenizer().encode(LONG, false, false).length;
    try (Scripts scripts = scripts()) {
      assertThat(scripts.run(place, prompt)).contains("computed=" + tokens + ", fromCache=0,");
      assertThat(scripts.run(place, prompt + "\nsave it"))
          .doesNotContain("fromCache=0,")
          .contains("restored=0, recomputed=0,");
      assertThat(scripts.runAs("bob", place, prompt))
          .contains("computed=" + tokens + ", fromCache=0,");
    }
    try (Scripts scripts = scripts()) {
      assertThat(scripts.run(place, "open it\nappend x\nflush\nreceipt"))
          .startsWith("computed=1, fromCache=0, ")
          .doesNotContain("restored=0, recomputed=0,");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesThatAreNoneAreRefusedWithTheReason(Place place) throws Exception {
    try (Scripts scripts = scripts()) {
      for (String operation : List.of("save", "open", "take", "delete", "has")) {
        assertThat(
                scripts.run(
                    place,
                    "append x",
                    "name-of nothing " + operation,
                    "name-of a-million " + operation,
                    "name-of at-a-million " + operation,
                    "name-of too-long " + operation,
                    "name-of line " + operation))
            .isEqualTo(
                """
                error: a snapshot name must not be empty
                error: a snapshot name of 1000000 bytes is too long: the limit is 128
                error: a snapshot name of 1000001 bytes is too long: the limit is 128
                error: a snapshot name of 130 bytes is too long: the limit is 128
                error: the snapshot name has the control character U+000A
                """);
      }
      assertThat(scripts.run(place, "append x\nname-of long save\nname-of long has"))
          .isEqualTo("true\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEngineWithoutAStoreSaysSo(Place place) throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(256));
        InferletHost host =
            new InferletHost(
                List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
                Optional.empty())) {
      Program program = Program.of("script", ScriptInferlet::new);
      String input = "{\"script\":\"append x\\nsave a\\nopen a\\nlist\\nruntime\"}";
      assertThat(
              TestHosts.result(
                  host.launch(LaunchRequest.of(program, input))
                      .outcome()
                      .get(60, TimeUnit.SECONDS)))
          .matches("(error: this engine has no snapshot store[^\n]*\n){3}Pocket Chat 5M f32\n");
    }
  }

  /** What {@code HeapGrowth} of the wasm build is for. */
  @ParameterizedTest
  @ValueSource(ints = {1_000_000, 1_000_001, 1_000_002, 1_000_003, 1_000_004, 1_000_005})
  void theHeapOfAGuestGrowsForAStringOfAnyLength(int length) throws Exception {
    try (Scripts scripts = scripts()) {
      assertThat(scripts.run(Place.WASM, "bytes-of " + length)).isEqualTo(length + 1 + "\n");
    }
  }

  @Test
  void bothPlacesTellTheSame() throws Exception {
    String script =
        "user "
            + LONG
            + "\ncue\ngenerate 3\nreplace it\ncounts\nopen it\nsuspend\ngenerate 9\ntokens\nreceipt";
    try (Scripts scripts = scripts()) {
      scripts.run(Place.JAVA, script);
      assertThat(scripts.run(Place.WASM, script)).isEqualTo(scripts.run(Place.JAVA, script));
      assertThat(scripts.store.describe(new SnapshotName("local", "it")).tokens()).isPositive();
    }
  }
}
