package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BpeTokenizerTest {

  private final TinyVocabulary tiny =
      new TinyVocabulary("qwen2")
          .merge("h", "e")
          .merge("l", "l")
          .merge("he", "ll")
          .merge("Ġ", "w")
          .merge("hell", "o")
          .add("<|begin|>", TokenType.CONTROL)
          .add("<|end_of_text|>", TokenType.CONTROL)
          .add("<tool>", TokenType.USER_DEFINED)
          .add("<tool>s", TokenType.USER_DEFINED);

  private final Tokenizer tokenizer = tiny.tokenizer();

  @Test
  void mergesTheBytesOfEachWord() {
    assertThat(encode("hello well")).containsExactly(tiny.ids("hello", "Ġw", "e", "ll"));
  }

  @Test
  void prefersTheEarlierMergeAndThenTheLeftmostPair() {
    TinyVocabulary letters = new TinyVocabulary("gpt-2").merge("b", "c").merge("a", "b");
    assertThat(letters.tokenizer().encode("abcab", false, false))
        .containsExactly(letters.ids("a", "bc", "ab"));
    TinyVocabulary pairs = new TinyVocabulary("gpt-2").merge("a", "a");
    assertThat(pairs.tokenizer().encode("aaaaa", false, false))
        .containsExactly(pairs.ids("aa", "aa", "a"));
  }

  @Test
  void keepsTheBetterRankOfAMergeThatIsListedTwice() {
    TinyVocabulary twice =
        new TinyVocabulary("gpt-2").merge("a", "b").merge("b", "c").merge("a", "b");
    assertThat(twice.tokenizer().encode("abc", false, false)).containsExactly(twice.ids("ab", "c"));
  }

  @Test
  void leavesOutMergesOfTokensThatAConverterMadeUserDefined() {
    TinyVocabulary spaces = new TinyVocabulary("olmo").add("  ", TokenType.USER_DEFINED);
    spaces.merges().add("Ġ Ġ");
    spaces.merges().add("ĠĠ ĠĠ");
    spaces.merge("Ġ", "x");
    assertThat(spaces.tokenizer().encode("a   x", false, false))
        .containsExactly(spaces.ids("a", "  ", "Ġx"));
  }

  @Test
  void takesAWordThatIsATokenWithoutMergesOnlyWhereThePreTokenizerSaysSo() {
    for (String pre : List.of("llama-bpe", "qwen2")) {
      TinyVocabulary unmerged = new TinyVocabulary(pre).add("cat", TokenType.NORMAL);
      int[] ids = unmerged.tokenizer().encode("cat", false, false);
      assertThat(ids)
          .as(pre)
          .containsExactly(pre.equals("qwen2") ? unmerged.ids("c", "a", "t") : unmerged.ids("cat"));
    }
  }

  @Test
  void doesNotNormalize() {
    String decomposed = "e\u0301";
    assertThat(encode(decomposed)).hasSize(3).isNotEqualTo(encode("\u00E9"));
    assertThat(decode(encode(decomposed))).isEqualTo(decomposed);
  }

  @Test
  void parsesControlTokensOnlyWhenAsked() {
    assertThat(tokenizer.encode("hello<|begin|>", false, true))
        .containsExactly(tiny.ids("hello", "<|begin|>"));
    assertThat(tokenizer.encode("<|begin|>", false, false))
        .hasSize("<|begin|>".length())
        .doesNotContain(tiny.id("<|begin|>"));
  }

  @Test
  void parsesUserDefinedTokensAlwaysAndTheLongestOfThem() {
    for (boolean parseSpecial : new boolean[] {false, true}) {
      assertThat(tokenizer.encode("a<tool>b<tool>s", false, parseSpecial))
          .containsExactly(tiny.ids("a", "<tool>", "b", "<tool>s"));
    }
  }

  @Test
  void addsBosAndEosWhenTheVocabularySaysSo() {
    int begin = tiny.id("<|begin|>");
    int end = tiny.id("<|end_of_text|>");
    Tokenizer adding =
        Tokenizer.of(tiny.builder().bos(begin).eos(end).addBos(true).addEos(true).build());
    assertThat(adding.encode("", true, false)).containsExactly(begin, end);
    assertThat(adding.encode("hello", true, false)).containsExactly(begin, tiny.id("hello"), end);
    assertThat(adding.encode("hello", false, false)).containsExactly(tiny.id("hello"));
    // The prompt's own BOS is not a reason to leave ours out.
    assertThat(adding.encode("<|begin|>", true, true)).containsExactly(begin, begin, end);
  }

  @Test
  void decodesToTheBytesOfTheText() {
    String text = "hello Zażółć 日本 🙂\r\n\t\0 <|begin|>";
    assertThat(decode(encode(text))).isEqualTo(text);
    assertThat(decode(tokenizer.encode(text, false, true))).isEqualTo(text);
  }

  @Test
  void leavesOutControlTokensOnRequestButNeverUserDefinedOnes() {
    int[] ids = tiny.ids("<|begin|>", "hello", "<tool>");
    assertThat(tokenizer.decode(ids, true)).asString().isEqualTo("hello<tool>");
    assertThat(tokenizer.decode(ids, false)).asString().isEqualTo("<|begin|>hello<tool>");
    assertThat(tokenizer.isSpecial(ids[0])).isTrue();
    assertThat(tokenizer.isSpecial(ids[1])).isFalse();
    assertThat(tokenizer.isSpecial(ids[2])).isFalse();
  }

  @Test
  void tellsTheBytesOfOneToken() {
    assertThat(tokenizer.bytes(0x80)).containsExactly(0x80);
    assertThat(tokenizer.bytes(tiny.id("Ġw"))).asString().isEqualTo(" w");
    assertThat(tokenizer.bytes(tiny.id("<tool>"))).asString().isEqualTo("<tool>");
  }

  @Test
  void knowsByteAndUnusedTokens() {
    TinyVocabulary odd =
        new TinyVocabulary("qwen2")
            .add("<0x0A>", TokenType.BYTE)
            .add("[PAD300]", TokenType.UNUSED)
            .add("spaced out", TokenType.NORMAL)
            .add("  ", TokenType.USER_DEFINED);
    Tokenizer tokenizer = odd.tokenizer();
    assertThat(tokenizer.bytes(odd.id("<0x0A>"))).containsExactly('\n');
    assertThat(tokenizer.bytes(odd.id("[PAD300]"))).isEmpty();
    assertThat(tokenizer.bytes(odd.id("spaced out"))).asString().isEqualTo("spaced out");
    assertThat(tokenizer.encode("a  b", false, false)).containsExactly(odd.ids("a", "  ", "b"));
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    int size = tokenizer.size();
    for (int id : new int[] {-1, size, Integer.MAX_VALUE}) {
      String message = "token id " + id + " is not in [0, " + size + ")";
      assertThatThrownBy(() -> tokenizer.bytes(id))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
      assertThatThrownBy(() -> tokenizer.isSpecial(id)).hasMessageContaining(message);
      assertThatThrownBy(() -> tokenizer.decode(new int[] {0, id}, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void readsALoneSurrogateAsTheReplacementCharacter() {
    for (String broken : List.of("a\uD83D", "\uDE42a", "\uD83D\uD83D", "\uDE42\uD83D", "\uD83D ")) {
      String replaced = broken.replaceAll("[\uD83D\uDE42]", "\uFFFD");
      assertThat(encode(broken)).containsExactly(encode(replaced));
    }
    assertThat(decode(encode("\uD83D\uDE42"))).isEqualTo("\uD83D\uDE42");
  }

  @Test
  void dropsBytesThatTheVocabularyLacks() {
    TinyVocabulary full = new TinyVocabulary("gpt-2");
    List<String> tokens = full.tokens().subList(0, 128);
    Tokenizer ascii = Tokenizer.of(Vocabulary.builder("gpt2", "gpt-2").tokens(tokens).build());
    assertThat(ascii.encode("aéb", false, false)).containsExactly('a', 'b');
  }

  @Test
  void refusesATextThatIsTooLong() {
    String text = "a".repeat(TableTokenizer.TEXT_CHARS_MAX + 1);
    assertThatThrownBy(() -> encode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a text of 67108865 chars is too long to tokenize; at most 67108864 are supported");
  }

  @Test
  void listsItsSpecialTokensAndItsRegex() {
    assertThat(tokenizer.specialTokens())
        .contains(
            new SpecialToken(tiny.id("<tool>"), "<tool>", TokenType.USER_DEFINED),
            new SpecialToken(tiny.id("<|begin|>"), "<|begin|>", TokenType.CONTROL))
        .hasSize(4);
    assertThat(tokenizer.splitRegex()).contains("\\p{N}|").startsWith("(?i:'s|");
    assertThat(tokenizer.size()).isEqualTo(tiny.tokens().size());
  }

  @Test
  void mergesInTheOrderOfTheDefinition() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      TinyVocabulary vocabulary = new TinyVocabulary("qwen2");
      List<String> parts = new ArrayList<>(List.of("a", "b", "c"));
      for (int i = 0; i < 12; i++) {
        String left = parts.get(random.nextInt(parts.size()));
        String right = parts.get(random.nextInt(parts.size()));
        vocabulary.merge(left, right);
        parts.add(left + right);
      }
      Tokenizer tokenizer = vocabulary.tokenizer();
      for (int i = 0; i < 20; i++) {
        String word = randomWord(random);
        assertThat(tokenizer.encode(word, false, false))
            .as("%s with merges %s", word, vocabulary.merges())
            .containsExactly(vocabulary.ids(naiveMerges(word, vocabulary.merges())));
      }
    }
  }

  /** A million characters take well under a second; quadratic time would take hours. */
  @Test
  @Timeout(120)
  void takesNoQuadraticTime() {
    int length = 1_000_000;
    TinyVocabulary vocabulary = new TinyVocabulary("llama-bpe");
    for (String piece : List.of("a", "Ġ", "Ċ", "<")) {
      String merged = piece;
      for (int i = 0; i < 4; i++) {
        vocabulary.merge(merged, merged);
        merged += merged;
      }
    }
    vocabulary.add("<<|x|>", TokenType.CONTROL);
    Tokenizer tokenizer = vocabulary.tokenizer();
    for (String unit :
        List.of("a", " ", "\n", " \n", "\n ", "<", "<<|x|", "<<|x|>", "'", "1", "é")) {
      String text = unit.repeat(length / unit.length());
      byte[] decoded = tokenizer.decode(tokenizer.encode(text, false, true), false);
      assertThat(decoded).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private int[] encode(String text) {
    return tokenizer.encode(text, false, false);
  }

  private String decode(int[] ids) {
    return new String(tokenizer.decode(ids, false), StandardCharsets.UTF_8);
  }

  private static String randomWord(Random random) {
    StringBuilder word = new StringBuilder();
    int length = 1 + random.nextInt(30);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  /** Byte pair encoding as the paper defines it. */
  private static String[] naiveMerges(String word, List<String> merges) {
    List<String> symbols = new ArrayList<>(List.of(word.split("")));
    while (true) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = merges.indexOf(symbols.get(i) + " " + symbols.get(i + 1));
        if (rank >= 0 && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return symbols.toArray(String[]::new);
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }
}
