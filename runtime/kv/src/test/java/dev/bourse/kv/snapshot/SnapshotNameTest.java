package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotNameTest {
  @Test
  void refusesWhatIsNoNameWithTheReason() {
    assertRefused("", "a snapshot name must not be empty");
    assertRefused(
        "@bob/x", "the snapshot name '@bob/x' begins with '@', which is kept for @user/name");
    assertRefused("a\u0000b", "the snapshot name has the control character U+0000");
    assertRefused("a\u0085b", "the snapshot name has the control character U+0085");
    assertRefused("a\ud800b", "the snapshot name is not valid Unicode");
    assertRefused("é".repeat(65), "a snapshot name of 130 bytes is too long: the limit is 128");
    assertThatThrownBy(() -> new SnapshotName("a/b", "x"))
        .hasMessage("the user 'a/b' has a slash, which would make @user/name ambiguous");
    assertThatThrownBy(() -> new SnapshotName("", "x")).hasMessage("a user must not be empty");
  }

  private static void assertRefused(String name, String reason) {
    assertThatThrownBy(() -> new SnapshotName("alice", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @Test
  void parsesOwnNamesAndThoseOfOthers() {
    assertThat(SnapshotName.parse("alice", "a/b")).isEqualTo(new SnapshotName("alice", "a/b"));
    assertThat(SnapshotName.parse("alice", "@bob/a/b")).isEqualTo(new SnapshotName("bob", "a/b"));
    assertThat(SnapshotName.parse("alice", "@bob/x").toString()).isEqualTo("@bob/x");
    assertThatThrownBy(() -> SnapshotName.parse("alice", "@bob"))
        .hasMessageContaining("begins with '@'");
    assertThatThrownBy(() -> SnapshotName.parse("alice", "@/x"))
        .hasMessageContaining("a user must not be empty");
  }

  @ParameterizedTest
  @CsvSource({
    "chat-1_b.v2, chat-1_b.v2",
    "Chat, %43hat",
    "a/b c, a%2fb%20c",
    "100%, 100%25",
    "é, %c3%a9",
    "..,%2e%2e",
    ".hidden., %2ehidden%2e",
    "con, %63on",
    "lpt1.txt, %6cpt1.txt",
    "=x, %3dx"
  })
  void fileNamesAreReadable(String name, String file) {
    assertThat(FileNames.encode(name)).isEqualTo(file);
    assertThat(FileNames.decode(file)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A", "%", "%4", "%zz", "%61", "a/b", ".a", "con", "%ff", "=", "=x", "=-1", "=zz"})
  void whatIsNoFileNameOfOursIsNoName(String file) {
    assertThat(FileNames.decode(file)).isEmpty();
  }

  /** Whatever the name, the file name is short, plain, comes back, and differs from all others. */
  @Test
  void anyNameHasItsOwnFileName() {
    Map<String, String> seen = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      String name = randomName(random);
      String file = FileNames.encode(name);
      assertThat(file.length()).as(name).isLessThan(240);
      assertThat(file).isEqualTo(file.toLowerCase(Locale.ROOT)).matches("[a-z0-9%=._-]+");
      assertThat(FileNames.decode(file)).contains(name);
      assertThat(seen.merge(file, name, (one, other) -> one)).isEqualTo(name);
    }
  }

  private static String randomName(Random random) {
    int[] alphabet = {
      'a', 'A', '.', '%', '=', '/', ' ', 'é', 'e', '\u0301', '中', 0x1F600, 0x10FFFF
    };
    StringBuilder name = new StringBuilder();
    int length = 1 + random.nextInt(31);
    for (int i = 0; i < length; i++) {
      name.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return new SnapshotName("any", name.toString()).name();
  }
}
