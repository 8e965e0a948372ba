package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a matcher promises, whatever its grammar. */
class MatcherTest {

  private static final TokenVocabulary WORDS = WordVocabulary.of(5_000);
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":30},"
          + "\"list\":{\"type\":\"array\",\"items\":{}}},\"required\":[\"name\",\"list\"]}";

  private static CompiledGrammar schema() {
    return new CompiledGrammar(Grammar.fromJsonSchema(SCHEMA), WORDS);
  }

  private static int choose(long[] mask, Random random) {
    int[] allowed = Arrays.stream(tokens(mask)).filter(token -> token != 0).toArray();
    return allowed.length == 0 ? 0 : allowed[random.nextInt(allowed.length)];
  }

  private static int[] tokens(long[] mask) {
    return BitSet.valueOf(mask).stream().toArray();
  }

  @Test
  void everyBitIsWhatAcceptSays() {
    CompiledGrammar grammar = schema();
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      Matcher matcher = grammar.matcher();
      for (int i = 0; i < 60 && !matcher.isTerminated(); i++) {
        long[] mask = matcher.nextTokenMask();
        for (int token = 0; token < WORDS.size(); token++) {
          boolean bit = (mask[token >> 6] >>> token & 1) != 0;
          assertThat(bit).as("token %d", token).isEqualTo(matcher.allows(token));
        }
        matcher.accept(choose(mask, random));
      }
    }
  }

  @Test
  void runsAreTheMask() {
    Matcher matcher = schema().matcher();
    Random random = new Random(5);
    for (int i = 0; i < 40 && !matcher.isTerminated(); i++) {
      long[] mask = matcher.nextTokenMask();
      int[] runs = matcher.nextTokenRuns();
      long[] again = new long[mask.length];
      int at = 0;
      for (int run = 0; run < runs.length; run++) {
        for (int k = 0; k < runs[run]; k++, at++) {
          again[at >> 6] |= (run & 1L) << at;
        }
        assertThat(run == 0 || runs[run] > 0).isTrue();
      }
      assertThat(at).isEqualTo(WORDS.size());
      assertThat(again).isEqualTo(mask);
      matcher.accept(choose(mask, random));
    }
  }

  @Test
  void forkAndRollbackAreReplay() {
    CompiledGrammar grammar = schema();
    Random random = new Random(7);
    Matcher matcher = grammar.matcher();
    List<Integer> history = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int action = random.nextInt(10);
      if (action == 0) {
        int back = random.nextInt(history.size() + 1);
        matcher.rollback(back);
        history = new ArrayList<>(history.subList(0, history.size() - back));
      } else if (action == 1) {
        Matcher fork = matcher.fork();
        if (!matcher.isTerminated()) {
          matcher.accept(choose(matcher.nextTokenMask(), random)); // unseen by the fork
        }
        matcher = fork;
      } else if (!matcher.isTerminated()) {
        int token = choose(matcher.nextTokenMask(), random);
        matcher.accept(token);
        history.add(token);
      }
      Matcher replay = schemaReplay(grammar, history);
      assertThat(matcher.tokens()).isEqualTo(history.size());
      assertThat(matcher.nextTokenMask()).isEqualTo(replay.nextTokenMask());
      assertThat(matcher.configuration()).isSameAs(replay.configuration());
      assertThat(matcher.isTerminated()).isEqualTo(replay.isTerminated());
    }
    matcher.reset();
    assertThat(matcher.nextTokenMask()).isEqualTo(grammar.matcher().nextTokenMask());
  }

  private static Matcher schemaReplay(CompiledGrammar grammar, List<Integer> history) {
    Matcher matcher = grammar.matcher();
    matcher.accept(history.stream().mapToInt(Integer::intValue).toArray());
    return matcher;
  }

  @Test
  void aViolationChangesNothing() {
    Matcher matcher =
        new CompiledGrammar(Grammar.fromRegex("ab+"), Vocabularies.of("ab", "bb")).matcher();
    matcher.accept(257);
    long[] before = matcher.nextTokenMask();
    assertThatThrownBy(() -> matcher.accept(258, 257))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token 257 ('ab'), number 1 of these and 2 of the text");
    assertThat(matcher.nextTokenMask()).isEqualTo(before);
    assertThat(matcher.tokens()).isEqualTo(1);
    assertThatThrownBy(() -> matcher.accept(999)).hasMessageContaining("not in [0, 259)");
    assertThatThrownBy(() -> matcher.rollback(2)).hasMessageContaining("2 tokens of 1");
    assertThatThrownBy(() -> matcher.nextTokenMask(new long[1])).hasMessageContaining("1 words");
  }

  @Test
  void stopTokensAreAllowedExactlyWhereTheTextMayEnd() {
    Matcher matcher = new CompiledGrammar(Grammar.fromRegex("a|ab"), Vocabularies.of()).matcher();
    assertThat(matcher.allows(Vocabularies.STOP)).isFalse();
    matcher.accept(Vocabularies.bytes("a"));
    assertThat(matcher.mayEnd()).isTrue();
    assertThat(tokens(matcher.nextTokenMask())).containsExactly(0, 1 + 'b');
    matcher.accept(Vocabularies.STOP);
    assertThat(matcher.isTerminated()).isTrue();
    assertThat(tokens(matcher.nextTokenMask())).isEmpty();
    assertThatThrownBy(() -> matcher.accept(1 + 'b'))
        .hasMessageContaining("may follow a stop token");
    matcher.rollback(1);
    assertThat(matcher.isTerminated()).isFalse();
    matcher.accept(1 + 'b');
    assertThat(tokens(matcher.nextTokenMask())).containsExactly(0);
  }

  @Test
  void aVocabularyWithoutStopTokensTerminatesWhereNothingCanFollow() {
    TokenVocabulary vocabulary =
        TokenVocabulary.ofBytes(
            List.of(new byte[] {'a'}, new byte[0], new byte[] {'b'}), List.of());
    Matcher matcher = new CompiledGrammar(Grammar.fromRegex("ab?"), vocabulary).matcher();
    matcher.accept(0);
    assertThat(matcher.isTerminated()).isFalse();
    assertThat(matcher.nextTokenRuns()).containsExactly(2, 1);
    matcher.accept(2);
    assertThat(matcher.isTerminated()).isTrue();
    assertThat(matcher.nextTokenRuns()).containsExactly(3);
  }

  @Test
  void whatMustComeIsTold() {
    Matcher matcher =
        new CompiledGrammar(
                Grammar.fromJsonSchema(
                    "{\"type\":\"object\",\"properties\":{\"größe\":{\"enum\":[\"ä\",\"ö\"]}},"
                        + "\"required\":[\"größe\"],\"additionalProperties\":false}",
                    new SchemaOptions(Whitespace.NONE, false)),
                Vocabularies.of())
            .matcher();
    assertThat(matcher.forcedText()).isEqualTo("{\"größe\":\"");
    matcher.accept(Vocabularies.bytes("{\"größe\":\"ä"));
    assertThat(matcher.forcedText()).isEqualTo("\"}");
    matcher.accept(Vocabularies.bytes("\"}"));
    assertThat(matcher.forcedText()).isEmpty();
  }

  @Test
  void twoCompilationsAndManyThreadsGiveTheSameMasks() throws InterruptedException {
    CompiledGrammar shared = schema();
    List<List<Integer>> texts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<Integer> hashes = new ArrayList<>();
      texts.add(hashes);
      threads.add(Thread.ofVirtual().start(() -> hashes.addAll(masks(shared))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    List<Integer> alone = masks(schema());
    assertThat(texts).allSatisfy(hashes -> assertThat(hashes).isEqualTo(alone));
  }

  private static List<Integer> masks(CompiledGrammar grammar) {
    List<Integer> hashes = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      Matcher matcher = grammar.matcher();
      for (int i = 0; i < 50 && !matcher.isTerminated(); i++) {
        long[] mask = matcher.nextTokenMask();
        hashes.add(Arrays.hashCode(mask));
        matcher.accept(choose(mask, random));
      }
    }
    return hashes;
  }

  @Test
  void nestingIsLimitedByTheMask() {
    CompiledGrammar grammar = new CompiledGrammar(Grammar.json(), Vocabularies.of("[["));
    Matcher matcher = grammar.matcher();
    int depth = 0;
    while (matcher.allows(1 + '[')) {
      matcher.accept(1 + '[');
      depth++;
    }
    assertThat(depth).isEqualTo(Limits.DEPTH_MAX + 1); // the outermost is the root's own
    assertThat(tokens(matcher.nextTokenMask())).contains(1 + ']').doesNotContain(1 + '[', 257);
    Matcher before = matcher.fork();
    before.rollback(1);
    assertThat(tokens(before.nextTokenMask())).contains(1 + '[').doesNotContain(257);
    matcher.accept(Vocabularies.bytes("]".repeat(depth)));
    assertThat(matcher.mayEnd()).isTrue();
  }
}
