package dev.bourse.model.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open GGUF file, checked from the first byte to the last tensor. Closing it unmaps the file;
 * views of its tensors are invalid from then on.
 */
public final class GgufFile implements AutoCloseable {
  private final String name;
  private final MemorySegment bytes;
  private final int version;
  private final Metadata metadata;
  private final Map<String, GgufTensor> tensors;
  private final @Nullable Arena mapping;

  GgufFile(
      String name,
      MemorySegment bytes,
      int version,
      Metadata metadata,
      Map<String, GgufTensor> tensors,
      @Nullable Arena mapping) {
    this.name = name;
    this.bytes = bytes;
    this.version = version;
    this.metadata = metadata;
    this.tensors = tensors;
    this.mapping = mapping;
  }

  /**
   * Maps a file into memory and checks it.
   *
   * @throws ModelFileException if the file cannot be opened or is not a valid GGUF file
   */
  public static GgufFile open(Path path) throws ModelFileException {
    String name = path.toString();
    if (Files.isDirectory(path)) {
      throw new ModelFileException(name, "is a directory; name a .gguf file in it");
    }
    Arena arena = Arena.ofShared();
    try {
      return new GgufReader(name, map(path, arena)).read(arena);
    } catch (ModelFileException | RuntimeException | Error problem) {
      arena.close();
      throw problem;
    }
  }

  /**
   * Checks a file that is in memory already, for example a resource of a jar.
   *
   * @param name what messages call the file
   * @param bytes the whole file; it stays the caller's and must outlive the result
   * @throws ModelFileException if the bytes are not a valid GGUF file
   */
  public static GgufFile of(String name, MemorySegment bytes) throws ModelFileException {
    return new GgufReader(name, bytes.asReadOnly()).read(null);
  }

  private static MemorySegment map(Path path, Arena arena) throws ModelFileException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (java.nio.file.NoSuchFileException missing) {
      throw new ModelFileException(path.toString(), "no such file", missing);
    } catch (java.nio.file.AccessDeniedException denied) {
      throw new ModelFileException(path.toString(), "permission to read it is denied", denied);
    } catch (IOException failure) {
      throw new ModelFileException(
          path.toString(), "cannot be mapped into memory: " + failure.getMessage(), failure);
    }
  }

  /** The path or resource name that messages use. */
  public String name() {
    return name;
  }

  /** The whole file, read-only. */
  public MemorySegment bytes() {
    return bytes;
  }

  /** The format's version, 2 or 3. */
  public int version() {
    return version;
  }

  /** The key-value part. */
  public Metadata metadata() {
    return metadata;
  }

  /** All tensors in the order of the file. */
  public Collection<GgufTensor> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  /** The tensor of this name, if the file has it. */
  public Optional<GgufTensor> tensor(String tensorName) {
    return Optional.ofNullable(tensors.get(tensorName));
  }

  /** Unmaps the file, if {@link #open} mapped it. */
  @Override
  public void close() {
    if (mapping != null) {
      mapping.close();
    }
  }
}
