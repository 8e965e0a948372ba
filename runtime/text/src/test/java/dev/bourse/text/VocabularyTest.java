package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  @Test
  void refusesModelsAndPreTokenizersThatItDoesNotKnow() {
    refused(() -> Vocabulary.builder("t5", "qwen2").tokens(List.of("a")).build())
        .withMessage("tokenizer.ggml.model 't5' is not supported; supported: gpt2, llama");
    refused(() -> Vocabulary.builder("gpt2", "tekken").tokens(List.of("a")).build())
        .withMessageContaining("tokenizer.ggml.pre 'tekken' is not supported")
        .withMessageContaining("gpt-2")
        .withMessageContaining("llama-bpe")
        .withMessageContaining("qwen2, deepseek-r1-qwen");
  }

  @Test
  void refusesAVocabularyWithoutTokens() {
    refused(() -> Vocabulary.builder("gpt2", "qwen2").build())
        .withMessage("tokenizer.ggml.tokens is missing or empty");
  }

  @Test
  void refusesTypesThatDoNotFit() {
    refused(() -> two().types(new int[] {1}).build())
        .withMessage("tokenizer.ggml.token_type has 1 entries for 2 tokens");
    refused(() -> two().types(new int[] {1, 7}).build())
        .withMessage("tokenizer.ggml.token_type[1] is 7, not 1 to 6");
  }

  @Test
  void refusesIdsThatAreNoTokens() {
    refused(() -> two().bos(2).build())
        .withMessage("tokenizer.ggml.bos_token_id is 2, but there are 2 tokens");
    refused(() -> two().pad(-2).build())
        .withMessage("tokenizer.ggml.padding_token_id is 4294967294, but there are 2 tokens");
    assertThat(two().pad(-1).build().specialIds().pad()).as("2^32-1 means none").isEmpty();
  }

  @Test
  void refusesToAddATokenThatIsNotNamed() {
    refused(() -> two().addBos(true).build())
        .withMessage(
            "tokenizer.ggml.add_bos_token is true, but tokenizer.ggml.bos_token_id is not set");
    refused(() -> two().addEos(true).build())
        .withMessage(
            "tokenizer.ggml.add_eos_token is true, but tokenizer.ggml.eos_token_id is not set");
  }

  @Test
  void refusesMoreThanItCanHold() {
    refused(() -> two().tokens(Collections.nCopies(Vocabulary.TOKENS_MAX + 1, "a")).build())
        .withMessage("tokenizer.ggml.tokens has 4194305 entries; at most 4194304 are supported");
  }

  @Test
  void refusesIdsOutsideItself() {
    Vocabulary vocabulary = two().build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.token(2))
        .withMessageContaining("token id 2 is not in [0, 2)");
    assertThatIllegalArgumentException().isThrownBy(() -> vocabulary.type(-1));
  }

  @Test
  void refusesTwoTokensWithTheSameText() {
    refused(() -> new TinyVocabulary("qwen2").add("a", TokenType.NORMAL).tokenizer())
        .withMessage("token 256 'a' has the same text as token 97");
    refused(() -> new TinyVocabulary("qwen2").add("a", TokenType.CONTROL).tokenizer())
        .withMessage("token 256 'a' has the same text as token 97");
    refused(
            () ->
                new TinyVocabulary("qwen2")
                    .add("< >", TokenType.CONTROL)
                    .add("< >", TokenType.USER_DEFINED)
                    .tokenizer())
        .withMessage("token 257 '< >' has the same text as token 256");
  }

  @Test
  void refusesMergesThatMakeNoSense() {
    refused(() -> merges("ab"))
        .withMessage("merge 0 'ab': it should be two tokens with a space between them");
    refused(() -> merges("a ")).withMessageContaining("merge 0 'a '");
    refused(() -> merges(" a")).withMessageContaining("merge 0 ' a'");
    refused(() -> merges("")).withMessageContaining("merge 0 ''");
    refused(() -> merges("a b")).withMessage("merge 0 'a b': 'ab' is not a token");
    refused(() -> merges("aa b")).withMessage("merge 0 'aa b': 'aa' is not a token");
    refused(() -> merges("a bb")).withMessage("merge 0 'a bb': 'bb' is not a token");
    refused(() -> merges("a 日"))
        .withMessage("merge 0 'a 日': U+65E5 is not in the byte-level alphabet");
  }

  @Test
  void refusesAByteTokenThatNamesNoByte() {
    refused(() -> new TinyVocabulary("qwen2").add("<0xZZ>", TokenType.BYTE).tokenizer())
        .withMessage("token 256 '<0xZZ>' is a byte token, but not written like <0x0A>");
  }

  @Test
  void addsABosByDefaultOnlyForTheLlama3Family() {
    for (String pre : List.of("llama-bpe", "llama3", "llama-v3")) {
      assertThat(vocabulary(pre).bos(0).build().specialIds().addBos()).as(pre).isTrue();
      assertThat(vocabulary(pre).build().specialIds().addBos()).as(pre).isFalse();
      assertThat(vocabulary(pre).bos(0).addBos(false).build().specialIds().addBos())
          .as(pre)
          .isFalse();
    }
    for (String pre : List.of("gpt-2", "qwen2", "deepseek-r1-qwen", "smaug-bpe")) {
      assertThat(vocabulary(pre).bos(0).build().specialIds().addBos()).as(pre).isFalse();
      assertThat(vocabulary(pre).bos(0).addBos(true).build().specialIds().addBos())
          .as(pre)
          .isTrue();
    }
  }

  @Test
  void findsTheEndOfATurnByItsText() {
    Vocabulary vocabulary =
        Vocabulary.builder("gpt2", "qwen2")
            .tokens(List.of("a", "<|endoftext|>", "<|im_end|>", "<|eom_id|>", "b", "<|fim_pad|>"))
            .eos(4)
            .build();
    SpecialIds ids = vocabulary.specialIds();
    assertThat(ids.eot()).hasValue(2);
    assertThat(ids.eom()).hasValue(3);
    assertThat(ids.endOfGeneration()).containsExactly(1, 2, 3, 4, 5);
    assertThat(ids.endsGeneration(2)).isTrue();
    assertThat(ids.endsGeneration(0)).isFalse();
  }

  @Test
  void theFilesOwnEndOfATurnComesFirst() {
    SpecialIds ids =
        Vocabulary.builder("gpt2", "qwen2")
            .tokens(List.of("<|im_end|>", "<done>"))
            .eot(1)
            .build()
            .specialIds();
    assertThat(ids.eot()).hasValue(1);
    assertThat(ids.endOfGeneration()).containsExactly(0, 1);
  }

  /** So that nobody ends a turn, or begins a gap, by writing it. */
  @Test
  void makesControlTokensOfThoseThatLookLikeOne() {
    Vocabulary vocabulary =
        Vocabulary.builder("gpt2", "qwen2")
            .tokens(List.of("<|im_end|>", "<|fim_prefix|>", "<tool_call>", "<|im_start|>"))
            .types(new int[] {1, 4, 4, 4})
            .build();
    assertThat(vocabulary.type(0)).isEqualTo(TokenType.CONTROL);
    assertThat(vocabulary.type(1)).isEqualTo(TokenType.CONTROL);
    assertThat(vocabulary.type(2)).isEqualTo(TokenType.USER_DEFINED);
    assertThat(vocabulary.type(3)).isEqualTo(TokenType.USER_DEFINED);
  }

  private static Vocabulary.Builder two() {
    return Vocabulary.builder("gpt2", "gpt-2").tokens(List.of("a", "b"));
  }

  private static Vocabulary.Builder vocabulary(String pre) {
    return Vocabulary.builder("gpt2", pre).tokens(List.of("a", "b"));
  }

  private static Tokenizer merges(String merge) {
    return Tokenizer.of(
        two().tokens(List.of("a", "b", "aab", "abb")).merges(List.of(merge)).build());
  }

  private static ThrowableAssertAlternative<VocabularyException> refused(ThrowingCallable call) {
    return assertThatExceptionOfType(VocabularyException.class).isThrownBy(call);
  }

  @Test
  void aSentencePieceVocabularyHasAScoreForEachToken() {
    List<String> tokens = List.of("<unk>", "<s>", "</s>", "a", "b", "ab");
    refused(() -> Vocabulary.builder("llama", "default").tokens(tokens).build())
        .withMessage("tokenizer.ggml.scores is missing");
    refused(() -> sentencePiece(tokens, new float[2]))
        .withMessage("tokenizer.ggml.scores has 2 entries for 6 tokens");
    refused(() -> sentencePiece(tokens, new float[] {0, 0, 0, 0, Float.NaN, 0}))
        .withMessage("tokenizer.ggml.scores[4] is not a number");
    Vocabulary vocabulary =
        Vocabulary.builder("llama", "default")
            .tokens(tokens)
            .types(new int[] {2, 3, 3, 1, 1, 1})
            .scores(new float[6])
            .addSpacePrefix(false)
            .build();
    assertThat(Tokenizer.of(vocabulary).encode("abba", true, false)).containsExactly(1, 5, 4, 3);
  }

  private static Vocabulary sentencePiece(List<String> tokens, float[] scores) {
    return Vocabulary.builder("llama", "default").tokens(tokens).scores(scores).build();
  }
}
