package dev.bourse.host.wasi;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Feature;
import com.google.common.jimfs.Jimfs;
import com.google.common.jimfs.PathType;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The private directory of one process, in memory: nothing in it can lead out of it, a file never
 * takes more than what was written to it, and when it is closed all of it is gone.
 *
 * <p>Laws: blocks of all files together ≤ {@link Limit#FILE_BYTES}; files, directories and links
 * together ≤ {@link Limit#FILES}.
 */
final class Scratch implements Volume, AutoCloseable {
  private static final int BLOCK_BYTES = 4096;

  private final FileSystem files;
  private final Path root;
  private final Limits limits;

  /** At least as many entries as there are; counted anew when that reaches the limit. */
  private long entriesMax;

  Scratch(Limits limits) {
    this.limits = limits;
    this.files =
        Jimfs.newFileSystem(
            "scratch-" + UUID.randomUUID(),
            Configuration.builder(PathType.unix())
                .setRoots("/")
                .setWorkingDirectory("/")
                .setAttributeViews("basic", "owner", "posix", "unix")
                .setSupportedFeatures(Feature.LINKS, Feature.SYMBOLIC_LINKS, Feature.FILE_CHANNEL)
                .setBlockSize(BLOCK_BYTES)
                .setMaxSize(limits.max(Limit.FILE_BYTES))
                .setMaxCacheSize(0)
                .build());
    this.root = files.getPath("/");
  }

  @Override
  public String guestPath() {
    return "/";
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public SeekableByteChannel open(Path file, Set<OpenOption> options) throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return Files.newByteChannel(file, all);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  @Override
  public void requireRoomForEntry() throws FileException {
    if (entriesMax >= limits.max(Limit.FILES)) {
      entriesMax = entries();
      if (entriesMax >= limits.max(Limit.FILES)) {
        throw new FileException(ErrorCode.QUOTA);
      }
    }
    entriesMax++;
  }

  private long entries() {
    try (Stream<Path> all = Files.walk(root)) {
      return all.count() - 1;
    } catch (IOException e) {
      throw new UncheckedIOException("a tree in memory cannot be read", e);
    }
  }

  @Override
  public void requireLength(long bytes) throws FileException {
    if (bytes < 0 || bytes > limits.max(Limit.FILE_BYTES)) {
      throw new FileException(ErrorCode.QUOTA);
    }
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a tree in memory cannot be closed", e);
    }
  }
}
