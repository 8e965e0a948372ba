package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8DecoderTest {

  private final Utf8Decoder decoder = new Utf8Decoder();

  @Test
  void holdsACharacterBackUntilItIsComplete() {
    byte[] smile = "🙂".getBytes(StandardCharsets.UTF_8);
    assertThat(decoder.accept(new byte[] {'a', smile[0]})).isEqualTo("a");
    assertThat(decoder.accept(new byte[] {smile[1]})).isEmpty();
    assertThat(decoder.accept(new byte[0])).isEmpty();
    assertThat(decoder.accept(new byte[] {smile[2]})).isEmpty();
    assertThat(decoder.accept(new byte[] {smile[3], 'b'})).isEqualTo("🙂b");
    assertThat(decoder.finish()).isEmpty();
  }

  @Test
  void endsWithAReplacementCharacterInsideACharacterAndStartsAnew() {
    assertThat(decoder.accept(new byte[] {(byte) 0xE2, (byte) 0x82})).isEmpty();
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
    assertThat(decoder.accept("é".getBytes(StandardCharsets.UTF_8))).isEqualTo("é");
  }

  @Test
  void doesNotHoldBackWhatCanNeverBecomeACharacter() {
    assertThat(decoder.accept(new byte[] {(byte) 0xFF})).isEqualTo("\uFFFD");
    assertThat(decoder.accept(new byte[] {(byte) 0xE0, (byte) 0x80})).isEqualTo("\uFFFD\uFFFD");
    assertThat(decoder.accept(new byte[] {(byte) 0xC3, 'x'})).isEqualTo("\uFFFDx");
  }

  @Test
  void returnsTheSameTextWhereverTheBytesAreCut() {
    Random random = new Random(5);
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = mostlyUtf8(random);
      StringBuilder text = new StringBuilder();
      int at = 0;
      while (at < bytes.length) {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(5));
        text.append(decoder.accept(Arrays.copyOfRange(bytes, at, end)));
        at = end;
      }
      text.append(decoder.finish());
      assertThat(text).hasToString(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void acceptsLongPiecesBehindAHeldByte() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    byte[] rest = new byte[1000];
    Arrays.fill(rest, (byte) 'x');
    rest[0] = euro[1];
    rest[1] = euro[2];
    assertThat(decoder.accept(new byte[] {euro[0]})).isEmpty();
    assertThat(decoder.accept(rest)).isEqualTo("€" + "x".repeat(998));
  }

  @Test
  void aStreamOfTokensYieldsWholeCharacters() {
    TinyVocabulary tiny = new TinyVocabulary("qwen2").add("<|x|>", TokenType.CONTROL);
    Tokenizer tokenizer = tiny.tokenizer();
    int[] ids = tokenizer.encode("a🙂<|x|>", false, true);
    TokenDecoder shown = tokenizer.decoder(false);
    TokenDecoder hidden = tokenizer.decoder(true);
    StringBuilder text = new StringBuilder();
    StringBuilder plain = new StringBuilder();
    for (int id : ids) {
      String piece = shown.accept(id);
      assertThat(piece).isIn("", "a", "🙂", "<|x|>");
      text.append(piece);
      plain.append(hidden.accept(id));
    }
    assertThat(text.append(shown.finish())).hasToString("a🙂<|x|>");
    assertThat(plain.append(hidden.finish())).hasToString("a🙂");
  }

  private static byte[] mostlyUtf8(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(10); i > 0; i--) {
      text.appendCodePoint(new int[] {'a', 0xE9, 0x20AC, 0x1F642, 0x10FFFF}[random.nextInt(5)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
