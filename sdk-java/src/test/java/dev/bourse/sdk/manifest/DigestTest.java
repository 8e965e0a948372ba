package dev.bourse.sdk.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DigestTest {
  /** The examples of FIPS 180-4 and of NIST's test vectors. */
  @ParameterizedTest
  @CsvSource({
    "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
        + " 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu,"
        + " cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
  })
  void hashesTheKnownVectors(String text, String hex) {
    assertThat(Digest.hashString(text).hex()).isEqualTo(hex);
  }

  @Test
  void hashesAMillionTimesTheLetterA() {
    assertThat(Digest.hashString("a".repeat(1_000_000)).hex())
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void hashesAnyLengthInAnyPiecesAsThePlatformDoes() throws Exception {
    Random random = new Random(7);
    for (int length = 0; length < 400; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertThat(Digest.hashBytes(bytes).bytes()).isEqualTo(expected);
      Sha256 pieces = new Sha256();
      for (int from = 0; from < length; ) {
        int to = Math.min(length, from + random.nextInt(130));
        pieces.update(java.util.Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
      assertThat(pieces.digest()).isEqualTo(expected);
    }
  }

  @Test
  void hashesTokenIdsAsUnsignedEightByteLittleEndianNumbers() {
    int[] ids = {0, 1, 0x01020304, -1, Integer.MIN_VALUE};
    ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0).putLong(1).putLong(0x01020304L).putLong(0xffffffffL).putLong(0x80000000L);
    assertThat(Digest.hashTokenIds(ids)).isEqualTo(Digest.hashBytes(bytes.array()));
    assertThat(Digest.hashTokenIds(7).hex())
        .isEqualTo("aae89fc0f03e2959ae4d701a80cc3915918c950b159f6abb6c92c1433b1a8534");
  }

  @Test
  void onlyTheZeroDigestIsZero() {
    assertThat(Digest.ZERO.isZero()).isTrue();
    assertThat(Digest.parse("0".repeat(64)).isZero()).isTrue();
    assertThat(Digest.hashString("").isZero()).isFalse();
  }

  @Test
  void readsItsHexAndNothingElse() {
    Digest digest = Digest.hashString("x");
    assertThat(Digest.parse(digest.hex())).isEqualTo(digest).hasSameHashCodeAs(digest);
    for (String bad :
        new String[] {
          "",
          "ab",
          digest.hex().toUpperCase(java.util.Locale.ROOT),
          digest.hex() + "0",
          "g".repeat(64)
        }) {
      assertThatThrownBy(() -> Digest.parse(bad)).hasMessageContaining("64 lower-case");
    }
  }
}
