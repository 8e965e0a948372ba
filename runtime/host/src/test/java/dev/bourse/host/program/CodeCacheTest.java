package dev.bourse.host.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of compiled programs, and what is not. */
class CodeCacheTest {
  private static final byte[] CODE = new byte[1000];

  @TempDir private Path folder;

  private void age(String key, int minutes) throws Exception {
    Instant then = Instant.now().minus(Duration.ofMinutes(minutes));
    Files.setLastModifiedTime(folder.resolve(key + ".jar"), FileTime.from(then));
  }

  @Test
  void whatWasUsedLeastRecentlyMakesRoom() throws Exception {
    CodeCache cache = new CodeCache(folder, 3 * 1032);
    String[] keys = {"a", "b", "c"};
    for (int i = 0; i < keys.length; i++) {
      cache.write(keys[i], CODE);
      age(keys[i], 30 - i);
    }
    assertThat(cache.read("a")).contains(CODE);
    cache.write("d", CODE);
    assertThat(cache.read("b")).isEmpty();
    assertThat(cache.read("a")).isPresent();
    assertThat(cache.read("c")).isPresent();
    assertThat(cache.read("d")).isPresent();
  }

  @Test
  void anEntryThatIsLargerThanAllOfItStaysUntilTheNext() {
    CodeCache cache = new CodeCache(folder, 100);
    cache.write("a", CODE);
    assertThat(cache.read("a")).isPresent();
    cache.write("b", CODE);
    assertThat(cache.read("a")).isEmpty();
    assertThat(cache.read("b")).isPresent();
  }

  @Test
  void aPartWhoseWriterDiedIsRemoved() throws Exception {
    Path old = Files.write(folder.resolve("x1.part"), CODE);
    Path young = Files.write(folder.resolve("x2.part"), CODE);
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    new CodeCache(folder).write("a", CODE);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }
}
