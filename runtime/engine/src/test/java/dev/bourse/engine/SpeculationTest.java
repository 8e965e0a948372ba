package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drafts that a guest brings, and those that the engine proposes. */
@Timeout(60)
class SpeculationTest {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int[] PROMPT = new Random(5).ints(20, 0, 2000).toArray();
  private static final int[] EVERYTHING = {0, 2048};
  private static final int[] NOTHING = {2048};

  private static Model model;
  private static int[] text;
  private Engine engine;
  private EngineProcess process;
  private Line line;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
    try (Engine plain = Engine.start(model, EngineConfig.defaults(1024));
        EngineProcess alone = plain.openProcess("plain")) {
      text = new Line(alone).generate(PROMPT, 200, GREEDY);
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @BeforeEach
  void start() {
    engine = Engine.start(model, EngineConfig.defaults(2048));
    process = engine.openProcess("speculation");
    line = new Line(process);
  }

  @AfterEach
  void end() {
    engine.check();
    engine.close();
  }

  @Test
  void draftsThatAreRightComeBackWithTheTokenBehindThem() throws Exception {
    assertThat(tokens(drafts(text(0, 5)))).isEqualTo(text(0, 6));
    assertThat(line.context.length()).isEqualTo(PROMPT.length + 5);
    assertThat(process.usage().sampledTokens()).isEqualTo(6);
  }

  @Test
  void ofDraftsThatArePartlyRightTheBeginningComesBack() throws Exception {
    int[] wrong = text(0, 5);
    wrong[2]++;
    assertThat(tokens(drafts(wrong))).isEqualTo(text(0, 3));
    assertThat(line.context.length()).isEqualTo(PROMPT.length + 2);
    assertThat(line.generate(text(2, 3), 10, GREEDY)).isEqualTo(text(3, 13));
  }

  @Test
  void draftsStayInTheContextUntilTheyAreRemoved() throws Exception {
    line.reserveFor(30);
    line.await(
        ForwardRequest.builder()
            .input(PROMPT, IntStream.range(0, 20).toArray())
            .drafts(new int[] {1, 2, 3}, new int[] {20, 21, 22})
            .read(GREEDY, 19));
    assertThat(line.context.length()).isEqualTo(23);
    assertThat(line.context.tokens(20, 3)).containsExactly(1, 2, 3);
  }

  /** Nobody knows what may come after the first token, so nothing is taken for granted. */
  @Test
  void aMaskForTheFirstRowAloneTakesNoDraft() throws Exception {
    ForwardRequest.Builder masked = ForwardRequest.builder().logitMask(EVERYTHING);
    List<Slot> slots = line.speculate(masked.read(GREEDY, 19), PROMPT, text(0, 5)).slots();
    assertThat(tokens(slots)).isEqualTo(text(0, 1));
    assertThat(line.context.length()).isEqualTo(PROMPT.length);
  }

  @Test
  void eachDraftHasItsOwnMask() throws Exception {
    int[][] masks = {EVERYTHING, EVERYTHING, allBut(text[3]), EVERYTHING, EVERYTHING};
    ForwardRequest.Builder masked =
        ForwardRequest.builder().logitMask(EVERYTHING).draftLogitMasks(masks).read(GREEDY, 19);
    int[] drawn = tokens(line.speculate(masked, PROMPT, text(0, 5)).slots());
    assertThat(drawn).hasSize(4).startsWith(text(0, 3));
    assertThat(drawn[3]).isNotEqualTo(text[3]);
  }

  @Test
  void aDraftBehindWhichNothingIsAllowedIsDrawnAndNotTaken() throws Exception {
    ForwardRequest.Builder masked =
        ForwardRequest.builder()
            .draftLogitMasks(new int[][] {EVERYTHING, NOTHING, {}})
            .read(GREEDY, 19);
    int[] drawn = tokens(line.speculate(masked, PROMPT, text(0, 3)).slots());
    assertThat(drawn).isEqualTo(text(0, 2));
    assertThat(line.context.length()).isEqualTo(PROMPT.length + 1);
  }

  @Test
  void probesStandAfterTheTokensAndReadDraftsToo() throws Exception {
    ForwardRequest.Builder probed =
        ForwardRequest.builder()
            .read(new Sampler.Entropy(), 0)
            .read(GREEDY, 19)
            .read(new Sampler.Distribution(0, 1), 20, 21);
    line.reserveFor(30);
    List<Slot> slots =
        line.await(
            probed
                .input(PROMPT, IntStream.range(0, 20).toArray())
                .drafts(text(0, 2), new int[] {20, 21}));
    assertThat(slots).hasSize(6);
    assertThat(tokens(slots.subList(0, 2))).isEqualTo(text(0, 2));
    assertThat(slots.get(2)).isInstanceOf(Slot.Entropy.class);
    assertThat(slots.get(3)).isEqualTo(new Slot.Token(text[2]));
    assertThat(((Slot.Distribution) slots.get(4)).ids()).containsExactly(text[1]);
    assertThat(((Slot.Distribution) slots.get(5)).ids()).containsExactly(text[2]);
  }

  /** A program may want to judge drafts itself. */
  @Test
  void withoutASamplerThatDrawsNothingIsTaken() throws Exception {
    line.reserveFor(30);
    List<Slot> slots =
        line.await(
            ForwardRequest.builder()
                .input(PROMPT, IntStream.range(0, 20).toArray())
                .drafts(text(0, 2), new int[] {20, 21})
                .read(new Sampler.Distribution(0, 1), 19, 20, 21));
    assertThat(slots).hasSize(3).allMatch(Slot.Distribution.class::isInstance);
  }

  @Test
  void aWindowLeavesWhatTheNextTokenSees() throws Exception {
    try (Engine plain = Engine.start(model, EngineConfig.defaults(2048).withPageTokens(8));
        EngineProcess alone = plain.openProcess("windows")) {
      Line expected = new Line(alone);
      expected.context.window(0, 9);
      int[] windowed = expected.generate(PROMPT, 40, GREEDY);
      Line found = new Line(alone);
      found.context.window(0, 9);
      // More wrong drafts than the window is long.
      ForwardRequest.Builder request = ForwardRequest.builder().read(GREEDY, 19);
      found.speculate(request, PROMPT, new Random(1).ints(30, 0, 2000).toArray());
      assertThat(found.generate(Arrays.copyOf(windowed, 1), 39, GREEDY))
          .isEqualTo(Arrays.copyOfRange(windowed, 1, 40));
      plain.check();
    }
  }

  @Test
  void aPassWithDraftsThatFailsLeavesItsContextAsItWas() throws Exception {
    line.pass(PROMPT);
    line.reserveFor(10);
    assertThatThrownBy(
            () ->
                line.await(
                    ForwardRequest.builder()
                        .input(new int[] {1}, new int[] {20})
                        .drafts(new int[] {2, 3}, new int[] {21, 22})
                        .logitMask(NOTHING)
                        .read(GREEDY, 0)))
        .hasMessageContaining("forbids all of them");
    assertThat(line.context.length()).isEqualTo(20);
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    line.reserveFor(16);
    assertRefused(builder(0, 2), "at least one input token: drafts are what is drawn after one");
    assertRefused(builder(1, 16), "17 tokens does not fit the 16 free slots");
    assertRefused(builder(1, 2).draftLogitMasks(new int[1][0]), "1 logit masks for 2 drafts");
    assertRefused(
        builder(1, 1).draftLogitMasks(new int[][] {{2049}}), "draft's logit mask covers 2049");
    assertRefused(builder(2, 1).read(GREEDY, 0), "draws at its last input row only");
    assertRefused(builder(2, 1).read(GREEDY, 1, 1), "draws at its last input row only");
    assertRefused(builder(2, 1).read(GREEDY, 1, 2), "draws at its last input row only");
    assertRefused(builder(2, 1).read(new Sampler.Entropy(), 3), "cannot sample at index 3 of 3");
    assertRefused(
        builder(1, 0).drafts(new int[] {4000}, new int[] {1}), "token 4000 is not in the vocab");
    assertRefused(builder(1, 0).drafts(new int[] {1}, new int[] {1024}), "position 1024 is beyond");
    assertRefused(builder(1, 1).attentionMasks(new int[1][0]), "1 attention masks for 2 tokens");
    assertThat(line.context.length()).isZero();
  }

  // Proposals.

  @Test
  void aTextThatRepeatsItselfIsFinishedInFewerPasses() throws Exception {
    int[] drafts = {};
    int[] input = PROMPT;
    int written = 0;
    int passes = 0;
    int taken = 0;
    while (written < text.length) {
      ForwardRequest.Builder request =
          ForwardRequest.builder().read(GREEDY, input.length - 1).proposeDrafts(true);
      ForwardResult result = line.speculate(request, input, drafts);
      int[] drawn = tokens(result.slots());
      int end = Math.min(text.length, written + drawn.length);
      assertThat(Arrays.copyOf(drawn, end - written)).isEqualTo(text(written, end));
      written = end;
      taken += drawn.length - 1;
      passes++;
      input = new int[] {drawn[drawn.length - 1]};
      drafts = result.proposed().tokens();
      assertThat(result.proposed().positions())
          .isEqualTo(
              IntStream.range(line.length() + 1, line.length() + 1 + drafts.length).toArray());
    }
    assertThat(passes).isLessThan(text.length);
    assertThat(taken).isPositive();
  }

  @Test
  void proposesNothingUnlessThatIsWanted() throws Exception {
    int[] twice = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
    ForwardResult unwanted =
        line.speculate(ForwardRequest.builder().read(GREEDY, 11), twice, new int[0]);
    assertThat(unwanted.proposed().tokens()).isEmpty();
    assertThat(unwanted.proposed().positions()).isEmpty();
  }

  @Test
  void proposalsEndWithTheModelsContext() throws Exception {
    line.reserveFor(1024);
    int[] positions = IntStream.range(1024 - 20, 1024).toArray();
    ForwardRequest.Builder request =
        ForwardRequest.builder().input(PROMPT, positions).read(GREEDY, 19).proposeDrafts(true);
    assertThat(line.context.forward(request.build()).get().proposed().tokens()).isEmpty();
  }

  @Test
  void looksUpWhatCameAfterTheLongestAndLatestMatch() {
    assertThat(PromptLookup.propose(new int[] {})).isEmpty();
    assertThat(PromptLookup.propose(new int[] {1, 2, 3})).isEmpty();
    assertThat(PromptLookup.propose(new int[] {1, 5, 1})).isEmpty();
    assertThat(PromptLookup.propose(new int[] {1, 2, 3, 9, 8, 1, 2})).startsWith(3, 9, 8, 1, 2);
    // Two tokens match later, three earlier.
    assertThat(PromptLookup.propose(new int[] {0, 1, 2, 7, 4, 1, 2, 8, 0, 1, 2})).startsWith(7, 4);
    assertThat(PromptLookup.propose(new int[] {1, 2, 7, 1, 2, 8, 1, 2})).startsWith(8, 1, 2);
    assertThat(PromptLookup.propose(new int[] {5, 6, 5, 6}))
        .containsExactly(5, 6, 5, 6, 5, 6, 5, 6);
    assertThat(PromptLookup.propose(new int[] {3, 3, 3})).containsOnly(3).hasSize(8);
  }

  private List<Slot> drafts(int[] drafts) throws Exception {
    return line.speculate(ForwardRequest.builder().read(GREEDY, 19), PROMPT, drafts).slots();
  }

  private void assertRefused(ForwardRequest.Builder request, String reason) {
    assertThatThrownBy(() -> line.await(request))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(reason);
  }

  private static ForwardRequest.Builder builder(int inputs, int drafts) {
    return ForwardRequest.builder()
        .input(new int[inputs], new int[inputs])
        .drafts(new int[drafts], new int[drafts]);
  }

  private static int[] allBut(int token) {
    return new int[] {0, token, 1, 2048 - token - 1};
  }

  private static int[] text(int from, int end) {
    return Arrays.copyOfRange(text, from, end);
  }

  private static int[] tokens(List<Slot> slots) {
    return slots.stream().mapToInt(slot -> ((Slot.Token) slot).id()).toArray();
  }
}
