package dev.bourse.host.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Limits;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The scratch directory as the host sees it. */
class ScratchTest {

  @Test
  void whenItIsClosedNothingOfItIsLeft() throws Exception {
    Scratch scratch = new Scratch(Limits.DEFAULT);
    Path file = scratch.root().resolve("a");
    SeekableByteChannel open =
        scratch.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    assertThat(scratch.list(scratch.root())).containsExactly(file);
    scratch.close();
    assertThatThrownBy(() -> Files.size(file)).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(open::size).isInstanceOf(ClosedChannelException.class);
    scratch.close();
  }

  @Test
  void itsFilesAreNotThoseOfTheHost() throws Exception {
    try (Scratch scratch = new Scratch(Limits.DEFAULT)) {
      assertThat(scratch.root().resolve("etc/passwd")).doesNotExist();
      assertThat(scratch.root().getFileSystem()).isNotEqualTo(Path.of("/").getFileSystem());
    }
  }
}
