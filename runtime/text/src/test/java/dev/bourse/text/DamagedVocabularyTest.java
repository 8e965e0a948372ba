package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A damaged file yields an error that says what is wrong, or a vocabulary that works. */
class DamagedVocabularyTest {

  private static final int ROUNDS = 3_000;

  @Test
  void neverFailsWithARawException() {
    Random random = new Random(2026);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        Tokenizer tokenizer = Tokenizer.of(damaged(random));
        int[] ids = tokenizer.encode("hello  <|x|> 🙂\n<t>", true, random.nextBoolean());
        tokenizer.decode(ids, random.nextBoolean());
        tokenizer.decode(new int[] {0, tokenizer.size() - 1}, false);
      } catch (VocabularyException e) {
        assertThat(e).hasMessageMatching("(?s)(tokenizer\\.ggml\\.|token \\d+|merge \\d+).*");
        refused++;
      }
    }
    assertThat(refused).as("both outcomes occur").isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  private static Vocabulary damaged(Random random) {
    TinyVocabulary tiny =
        new TinyVocabulary("llama-bpe").merge("h", "e").merge("l", "l").merge("he", "ll");
    tiny.add("<|x|>", TokenType.CONTROL).add("<t>", TokenType.USER_DEFINED);
    List<String> tokens = new ArrayList<>(tiny.tokens());
    List<String> merges = new ArrayList<>(tiny.merges());
    int[] types = new int[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id < types.length - 2 ? 1 : id == types.length - 2 ? 3 : 4;
    }
    Vocabulary.Builder builder =
        Vocabulary.builder("gpt2", "llama-bpe").bos(tiny.id("<|x|>")).eos(tiny.id("<|x|>"));
    switch (random.nextInt(6)) {
      case 0 -> damage(tokens, random);
      case 1 -> damage(merges, random);
      case 2 -> types[random.nextInt(types.length)] = random.nextInt(9) - 1;
      case 3 -> builder.bos(random.nextInt(600) - 100);
      case 4 -> tokens.remove(random.nextInt(tokens.size()));
      default -> types = new int[random.nextInt(2 * types.length)];
    }
    return builder.tokens(tokens).types(types).merges(merges).build();
  }

  /** Changes, drops or inserts one character of one text, or swaps two texts. */
  private static void damage(List<String> texts, Random random) {
    int index = random.nextInt(texts.size());
    StringBuilder text = new StringBuilder(texts.get(index));
    int at = random.nextInt(text.length());
    char c = (char) (random.nextBoolean() ? random.nextInt(0x200) : random.nextInt(0x10000));
    switch (random.nextInt(4)) {
      case 0 -> text.setCharAt(at, c);
      case 1 -> text.deleteCharAt(at);
      case 2 -> text.insert(at, c);
      default -> {
        String other = texts.set(random.nextInt(texts.size()), text.toString());
        text = new StringBuilder(other);
      }
    }
    texts.set(index, text.toString());
  }
}
