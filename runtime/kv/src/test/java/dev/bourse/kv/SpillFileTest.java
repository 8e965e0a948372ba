package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFileTest {
  private static final int PAGE_BYTES = 256;

  @TempDir Path folder;
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment page(int content) {
    return arena.allocate(PAGE_BYTES).fill((byte) content);
  }

  private static SpillFile.Slot write(SpillFile file, MemorySegment page) throws IOException {
    return Objects.requireNonNull(file.write(page), "the file is full");
  }

  private void assertReads(SpillFile.Slot slot, int content) throws IOException {
    MemorySegment read = page(0);
    slot.read(read);
    assertThat(read.mismatch(page(content))).isEqualTo(-1);
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    try (SpillFile file = SpillFile.create(folder.resolve("new"), PAGE_BYTES, 10 * PAGE_BYTES)) {
      assertThat(file.capacity()).isEqualTo(10);
      SpillFile.Slot first = write(file, page(1));
      SpillFile.Slot second = write(file, page(2));
      assertThat(file.usedCount()).isEqualTo(2);
      assertReads(second, 2);
      assertReads(first, 1);
    }
  }

  @Test
  void usesSlotsAgainLowestFirst() throws IOException {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 10 * PAGE_BYTES)) {
      SpillFile.Slot first = write(file, page(1));
      SpillFile.Slot second = write(file, page(2));
      first.release();
      assertThat(file.usedCount()).isEqualTo(1);
      SpillFile.Slot third = write(file, page(3));
      assertThat(third.offset()).isZero();
      assertReads(second, 2);
      assertReads(third, 3);
      assertThatThrownBy(() -> first.read(page(0)))
          .isInstanceOf(IOException.class)
          .hasMessage("slot 0 of the spill file is not what was written");
      third.release();
      assertThatThrownBy(third::release).hasMessage("slot 0 of the spill file is free already");
    }
  }

  @Test
  void saysWhenItIsFull() throws IOException {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 3 * PAGE_BYTES - 1)) {
      assertThat(file.capacity()).isEqualTo(2);
      SpillFile.Slot first = write(file, page(1));
      write(file, page(2));
      assertThat(file.write(page(3))).isNull();
      assertThat(file.usedCount()).isEqualTo(2);
      first.release();
      assertThat(file.write(page(3))).isNotNull();
    }
    try (SpillFile none = SpillFile.create(folder, PAGE_BYTES, PAGE_BYTES - 1)) {
      assertThat(none.write(page(1))).isNull();
    }
  }

  @Test
  void noticesEveryDamagedByteAndAFileThatEnds() throws IOException {
    Path path = folder.resolve("spill");
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (SpillFile file = new SpillFile(channel, PAGE_BYTES, 10 * PAGE_BYTES)) {
      SpillFile.Slot slot = write(file, page(7));
      for (int at = 0; at < PAGE_BYTES; at++) {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) (7 ^ 1 << at % 8)}), at);
        assertThatThrownBy(() -> slot.read(page(0)))
            .hasMessage("slot 0 of the spill file is not what was written");
        channel.write(ByteBuffer.wrap(new byte[] {7}), at);
      }
      assertReads(slot, 7);
      channel.truncate(PAGE_BYTES - 1);
      assertThatThrownBy(() -> slot.read(page(0)))
          .isInstanceOf(IOException.class)
          .hasMessage("the spill file ends before byte 256");
    }
  }

  @Test
  void aFailedWriteLeavesTheSlotFree() throws IOException {
    Path path = folder.resolve("spill");
    Files.createFile(path);
    try (SpillFile file =
        new SpillFile(
            FileChannel.open(path, StandardOpenOption.READ), PAGE_BYTES, 10 * PAGE_BYTES)) {
      assertThatThrownBy(() -> file.write(page(1))).isInstanceOf(RuntimeException.class);
      assertThat(file.usedCount()).isZero();
    }
  }

  @Test
  void aClosedFileSaysSo() throws IOException {
    SpillFile file = SpillFile.create(folder, PAGE_BYTES, 10 * PAGE_BYTES);
    SpillFile.Slot slot = write(file, page(1));
    file.close();
    assertThatThrownBy(() -> file.write(page(1))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> slot.read(page(1))).isInstanceOf(IOException.class);
    assertThat(file.usedCount()).isEqualTo(1);
  }

  @Test
  void leavesNothingBehind() throws IOException {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 10 * PAGE_BYTES)) {
      write(file, page(1));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesWhatIsNotAPage() throws IOException {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 10 * PAGE_BYTES)) {
      assertThatThrownBy(() -> file.write(arena.allocate(100)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a page has 256 bytes, not 100");
      SpillFile.Slot slot = write(file, page(1));
      assertThatThrownBy(() -> slot.read(arena.allocate(512)))
          .hasMessage("a page has 256 bytes, not 512");
    }
  }

  @Test
  void anInterruptedThreadReadsAndWritesAndHarmsNobody() throws IOException {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 10 * PAGE_BYTES)) {
      Thread.currentThread().interrupt();
      SpillFile.Slot slot = write(file, page(5));
      assertReads(slot, 5);
      assertThat(Thread.interrupted()).isTrue();
      assertReads(slot, 5);
    }
  }

  @Test
  void manyThreadsMayUseIt() throws Exception {
    try (SpillFile file = SpillFile.create(folder, PAGE_BYTES, 64 * PAGE_BYTES);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        int content = i;
        tasks.add(
            () -> {
              for (int round = 0; round < 20; round++) {
                SpillFile.Slot slot = write(file, page(content));
                assertReads(slot, content);
                slot.release();
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
      assertThat(file.usedCount()).isZero();
    }
  }
}
