package dev.bourse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files go where the operating system means them to be. */
class UserFoldersTest {
  private static final String HOME = "/home/ann";

  @Test
  void inTheHomeFolder() {
    assertThat(UserFolders.cache(Map.of(), "Linux", HOME)).contains(path("/home/ann/.cache"));
    assertThat(UserFolders.data(Map.of(), "Linux", HOME)).contains(path("/home/ann/.local/share"));
    assertThat(UserFolders.settings(Map.of(), "Linux", HOME)).contains(path("/home/ann/.config"));
    assertThat(UserFolders.cache(Map.of(), "Mac OS X", HOME))
        .contains(path("/home/ann/Library/Caches"));
    assertThat(UserFolders.data(Map.of(), "Mac OS X", HOME))
        .contains(path("/home/ann/Library/Application Support"));
  }

  @Test
  void whereTheEnvironmentSays() {
    Map<String, String> environment =
        Map.of("XDG_CACHE_HOME", "/c", "XDG_DATA_HOME", "/d", "XDG_CONFIG_HOME", "/e");
    assertThat(UserFolders.settings(environment, "Mac OS X", HOME)).contains(path("/e"));
    assertThat(UserFolders.cache(environment, "Linux", HOME)).contains(path("/c"));
    assertThat(UserFolders.data(environment, "Linux", HOME)).contains(path("/d"));
  }

  /** The XDG specification: a relative path in these variables is to be ignored. */
  @Test
  void aRelativeFolderIsIgnored() {
    assertThat(UserFolders.data(Map.of("XDG_DATA_HOME", "data"), "Linux", HOME))
        .contains(path("/home/ann/.local/share"));
  }

  @Test
  void nowhereWithoutAHome() {
    assertThat(UserFolders.data(Map.of(), "Linux", "?")).isEqualTo(Optional.empty());
    assertThat(UserFolders.cache(Map.of(), "Linux", "")).isEqualTo(Optional.empty());
  }

  private static Path path(String folder) {
    return Path.of(folder, "bourse");
  }
}
