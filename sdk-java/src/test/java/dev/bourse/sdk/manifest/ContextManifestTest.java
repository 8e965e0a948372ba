package dev.bourse.sdk.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContextManifestTest {
  private static final RuntimeIdentity RUNTIME =
      new RuntimeIdentity("pocket", "m1", "t1", "c1", "", "f32");

  private static final Segment SYSTEM = Segment.of(SegmentKind.SYSTEM, "You review code.\n");
  private static final Segment TOOLS = Segment.of(SegmentKind.TOOLS, "[]\n");
  private static final Segment RULES = Segment.of(SegmentKind.REPO_RULES, "Tabs, never.\n");
  private static final Segment MAP = new Segment(SegmentKind.REPO_MAP, "map", "src/Ä.java\n");
  private static final Segment PIN_B = new Segment(SegmentKind.PINNED, "b.txt", "bee\n");
  private static final Segment PIN_A = new Segment(SegmentKind.PINNED, "a.txt", "ay\n");
  private static final Segment DIFF = Segment.of(SegmentKind.DIFF, "+1\n");
  private static final Segment TERMINAL = Segment.of(SegmentKind.TERMINAL, "$ make\n");
  private static final Segment TURN = Segment.of(SegmentKind.USER_TURN, "Is it right?");

  private static final Segment[] ALL = {
    SYSTEM, TOOLS, RULES, MAP, PIN_B, PIN_A, DIFF, TERMINAL, TURN
  };

  private static Assembly assemble(Segment... segments) {
    return ContextManifest.assemble(RUNTIME, segments);
  }

  private static ContextManifest manifest(Segment... segments) {
    return assemble(segments).manifest();
  }

  private static String message(Optional<ManifestMismatch> mismatch) {
    return mismatch.orElseThrow(() -> new AssertionError("they match")).message();
  }

  @Test
  void ordersSegmentsByKindAndKeepsTheOrderWithinAKind() {
    List<Segment> shuffled = new ArrayList<>(List.of(TURN, MAP, DIFF, TOOLS, PIN_B, PIN_A));
    shuffled.addAll(List.of(TERMINAL, SYSTEM, RULES));
    Assembly prompt = assemble(shuffled.toArray(Segment[]::new));
    assertThat(prompt.stableText())
        .isEqualTo("You review code.\n[]\nTabs, never.\nsrc/Ä.java\nbee\nay\n");
    assertThat(prompt.volatileText()).isEqualTo("+1\n$ make\nIs it right?");
    assertThat(prompt.text()).isEqualTo(prompt.stableText() + prompt.volatileText());
    assertThat(prompt.manifest()).isEqualTo(manifest(ALL));
  }

  @Test
  void theStablePrefixAndItsHashDoNotDependOnWhatFollowsOrOnTheOrderOfKinds() {
    Assembly first = assemble(ALL);
    byte[] stable = first.stableText().getBytes(StandardCharsets.UTF_8);
    assertThat(first.manifest().stablePrefix()).isEqualTo(Digest.hashBytes(stable));
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Segment> mixed = new ArrayList<>(Arrays.asList(SYSTEM, TOOLS, RULES, MAP));
      mixed.add(Segment.of(SegmentKind.USER_TURN, "question " + seed));
      Collections.shuffle(mixed, random);
      mixed.add(PIN_B);
      mixed.add(PIN_A);
      Assembly other = assemble(mixed.toArray(Segment[]::new));
      assertThat(other.stableText().getBytes(StandardCharsets.UTF_8)).isEqualTo(stable);
      assertThat(other.manifest().stablePrefix()).isEqualTo(first.manifest().stablePrefix());
      assertThat(other.manifest().stableOnly()).isEqualTo(first.manifest().stableOnly());
    }
  }

  @Test
  void refusesTextThatNoTokenizerCanRead() {
    assertThatThrownBy(() -> Segment.of(SegmentKind.DIFF, "a\ud800b"))
        .hasMessageContaining("half a surrogate pair at character 1");
  }

  @Test
  void classesAreOrderedByHowEasilyTheyGo() {
    assertThat(CacheClass.VOLATILE.moreEvictableThan(CacheClass.REPO_MAP)).isTrue();
    assertThat(CacheClass.REPO_MAP.moreEvictableThan(CacheClass.PINNED)).isTrue();
    assertThat(CacheClass.PINNED.moreEvictableThan(CacheClass.VOLATILE)).isFalse();
    assertThat(CacheClass.PINNED.moreEvictableThan(CacheClass.PINNED)).isFalse();
    assertThat(manifest(SYSTEM, PIN_A).cacheClass()).isEqualTo(CacheClass.PINNED);
    assertThat(manifest(SYSTEM, MAP).cacheClass()).isEqualTo(CacheClass.REPO_MAP);
    assertThat(manifest(ALL).cacheClass()).isEqualTo(CacheClass.VOLATILE);
    assertThat(manifest(ALL).stableOnly().cacheClass()).isEqualTo(CacheClass.REPO_MAP);
  }

  @Test
  void namesTheFieldOfTheRuntimeThatDiffers() {
    ContextManifest saved = manifest(ALL);
    assertThat(saved.compatibleRuntime(manifest(SYSTEM))).isEmpty();
    RuntimeIdentity[] others = {
      new RuntimeIdentity("other", "m1", "t1", "c1", "", "f32"),
      new RuntimeIdentity("pocket", "m2", "t1", "c1", "", "f32"),
      new RuntimeIdentity("pocket", "m1", "t2", "c1", "", "f32"),
      new RuntimeIdentity("pocket", "m1", "t1", "c2", "", "f32"),
      new RuntimeIdentity("pocket", "m1", "t1", "c1", "lora", "f32"),
      new RuntimeIdentity("pocket", "m1", "t1", "c1", "", "f16")
    };
    String[] fields = {
      "model", "modelDigest", "tokenizerDigest", "templateDigest", "adapter", "kvType"
    };
    for (int i = 0; i < others.length; i++) {
      ContextManifest next = ContextManifest.assemble(others[i], ALL).manifest();
      assertThat(saved.compatibleRuntime(next).map(ManifestMismatch::field))
          .contains("runtime." + fields[i]);
    }
    assertThat(message(saved.mismatch(ContextManifest.assemble(others[2], ALL).manifest())))
        .isEqualTo(
            "the context manifest does not match at runtime.tokenizerDigest: saved with \"t1\","
                + " expected \"t2\"");
  }

  @Test
  void namesTheSegmentThatDiffers() {
    ContextManifest saved = manifest(SYSTEM, MAP, PIN_A);
    assertThat(saved.mismatch(manifest(PIN_A, MAP, SYSTEM))).isEmpty();
    Segment newMap = new Segment(SegmentKind.REPO_MAP, "map", "src/B.java\n");
    assertThat(message(saved.mismatch(manifest(SYSTEM, newMap, PIN_A))))
        .isEqualTo(
            "the context manifest does not match at segments[1]: saved with repo_map \"map\" of 12"
                + " bytes, sha256 "
                + Digest.hashString(MAP.text())
                + ", expected repo_map \"map\" of 11 bytes, sha256 "
                + Digest.hashString(newMap.text()));
    assertThat(message(saved.mismatch(manifest(SYSTEM, MAP))))
        .contains("segments[2]: saved with pinned \"a.txt\"")
        .endsWith("expected no segment");
    assertThat(message(saved.mismatch(manifest(SYSTEM, MAP, PIN_A, DIFF))))
        .contains("segments[3]: saved with no segment, expected diff");
    assertThat(saved.mismatch(manifest(SYSTEM, MAP, PIN_A, DIFF).stableOnly())).isEmpty();
  }

  @Test
  void comparesTokenizationsThatBothHaveRecorded() {
    ContextManifest bare = manifest(ALL);
    ContextManifest saved = bare.withStableTokenization(1, 2, 3).withVolatileTokenization(4);
    assertThat(saved.mismatch(bare)).isEmpty();
    assertThat(bare.mismatch(saved)).isEmpty();
    assertThat(message(saved.mismatch(bare.withStableTokenization(1, 2))))
        .contains("at stableTokens: saved with 3 tokens, sha256")
        .contains("expected 2 tokens");
    assertThat(message(saved.mismatch(bare.withVolatileTokenization(5))))
        .contains("at volatileTokens: saved with 1 tokens");
  }

  @Test
  void noticesAManifestWhoseHashIsNotThatOfItsSegments() {
    ContextManifest saved = manifest(SYSTEM);
    ContextManifest forged =
        new ContextManifest(
            RUNTIME,
            saved.segments(),
            Digest.hashString("x"),
            Tokenization.NONE,
            Tokenization.NONE);
    assertThat(saved.mismatch(forged).map(ManifestMismatch::field)).contains("stablePrefix");
  }

  @Test
  void comparesItselfToTheTokensOfAContext() {
    ContextManifest stable = manifest(ALL).withStableTokenization(1, 2, 3);
    assertThat(stable.mismatch(1, 2, 3)).isEmpty();
    assertThat(stable.mismatch(1, 2, 3, 9, 9)).isEmpty();
    assertThat(message(stable.mismatch(1, 2)))
        .contains("at stableTokens: the manifest records 3 tokens")
        .contains("the context has there 2 tokens");
    assertThat(stable.mismatch(1, 2, 4)).isPresent();
    ContextManifest both = stable.withVolatileTokenization(4, 5);
    assertThat(both.mismatch(1, 2, 3, 4, 5, 6)).isEmpty();
    assertThat(both.mismatch(1, 2, 3, 4, 6).map(ManifestMismatch::field))
        .contains("volatileTokens");
    assertThat(both.mismatch(1, 2, 3).map(ManifestMismatch::field)).contains("volatileTokens");
    assertThat(manifest(ALL).mismatch()).isEmpty();
  }

  @Test
  void acceptsASplitWhoseTokensAreThoseOfTheWhole() {
    assertThat(
            ContextManifest.validateSplitTokenization(
                new int[] {1, 2}, new int[] {3}, new int[] {1, 2, 3}))
        .isEmpty();
    assertThat(ContextManifest.validateSplitTokenization(new int[0], new int[] {3}, new int[] {3}))
        .isEmpty();
  }

  @Test
  void rejectsAMergeAcrossTheSeamAndSaysWhere() {
    // "lo" + "w" as parts, but "low" is one token.
    assertThat(
            ContextManifest.validateSplitTokenization(
                new int[] {10, 20}, new int[] {30, 40}, new int[] {10, 99, 40}))
        .hasValueSatisfying(
            mismatch -> {
              assertThat(mismatch.field()).isEqualTo("tokenization[1]");
              assertThat(mismatch.reason())
                  .startsWith(
                      "the whole has token 99, the parts have token 20, 1 before the seam at token"
                          + " 2: the tokenizer merges across the seam");
            });
    assertThat(
            ContextManifest.validateSplitTokenization(
                    new int[] {10}, new int[] {30, 40}, new int[] {10, 31, 40})
                .map(ManifestMismatch::reason))
        .hasValueSatisfying(reason -> assertThat(reason).contains("0 after the seam at token 1"));
    assertThat(
            ContextManifest.validateSplitTokenization(
                    new int[] {10}, new int[] {30}, new int[] {10})
                .map(ManifestMismatch::reason))
        .hasValueSatisfying(reason -> assertThat(reason).contains("the whole has no token"));
    assertThat(
            ContextManifest.validateSplitTokenization(
                    new int[] {10}, new int[] {30}, new int[] {10, 30, 40})
                .map(ManifestMismatch::reason))
        .hasValueSatisfying(reason -> assertThat(reason).contains("the parts have no token"));
  }

  @Test
  void hasOneCanonicalTextAndReadsItBack() {
    ContextManifest manifest = manifest(SYSTEM, DIFF).withStableTokenization(1, 2);
    assertThat(manifest.toJson())
        .isEqualTo(
            "{\"runtime\":{\"adapter\":\"\",\"kvType\":\"f32\",\"model\":\"pocket\","
                + "\"modelDigest\":\"m1\",\"templateDigest\":\"c1\",\"tokenizerDigest\":\"t1\"},"
                + "\"segments\":[{\"bytes\":17,\"digest\":\""
                + Digest.hashString(SYSTEM.text())
                + "\",\"kind\":\"system\",\"name\":\"\"},{\"bytes\":3,\"digest\":\""
                + Digest.hashString(DIFF.text())
                + "\",\"kind\":\"diff\",\"name\":\"\"}],\"stablePrefix\":\""
                + Digest.hashString(SYSTEM.text())
                + "\",\"stableTokens\":{\"digest\":\""
                + Digest.hashTokenIds(1, 2)
                + "\",\"tokens\":2},\"version\":1,\"volatileTokens\":{\"digest\":\""
                + "0".repeat(64)
                + "\",\"tokens\":0}}");
    assertThat(ContextManifest.parse(manifest.toJson())).isEqualTo(manifest);
    assertThat(ContextManifest.parse(" " + manifest.toJson().replace(",", " , ")).digest())
        .isEqualTo(manifest.digest())
        .isEqualTo(Digest.hashString(manifest.toJson()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"version\":2}",
        "{\"version\":\"1\"}",
        "{\"version\":1}",
        "{\"version\":1,\"runtime\":3}"
      })
  void refusesWhatIsNoManifest(String text) {
    assertThatThrownBy(() -> ContextManifest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a context manifest: ");
  }

  @Test
  void namesTheMemberThatIsWrong() {
    String json = manifest(SYSTEM, DIFF).withStableTokenization(1).toJson();
    assertRefused(json.replace("\"kvType\"", "\"kv\""), "runtime.kv is unknown");
    assertRefused(json.replace("\"kind\":\"diff\"", "\"kind\":\"song\""), "no kind \"song\"");
    assertRefused(json.replace("\"bytes\":3", "\"bytes\":-3"), "segments[1].bytes is -3, below 0");
    assertRefused(json.replace("\"bytes\":3,", ""), "segments[1].bytes is missing");
    assertRefused(json.replace("\"bytes\":3", "\"bytes\":3.5"), "must be a whole number");
    assertRefused(
        json.replace("\"kind\":\"system\"", "\"kind\":\"user_turn\""), "must come before");
    assertRefused(json.replace("\"tokens\":1", "\"tokens\":5000000000"), "stableTokens.tokens is");
    assertRefused(
        json.replace("\"tokens\":0", "\"tokens\":4"), "volatileTokens.digest is zero for tokens");
    assertRefused(
        json.replace("\"stablePrefix\":\"", "\"stablePrefix\":\"q"), "stablePrefix: a digest");
    assertRefused(json.replace("[{", "[7,{"), "segments[0] must be an object");
  }

  private static void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> ContextManifest.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a context manifest: ")
        .hasMessageContaining(reason);
  }
}
