package dev.bourse.model.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open GGUF file, checked from the first byte to the last tensor. It is a view of memory: of a
 * mapped file, or of bytes that somebody read.
 */
public final class GgufFile implements AutoCloseable {
  private final String name;
  private final MemorySegment bytes;
  private final int version;
  private final Metadata metadata;
  private final Map<String, GgufTensor> tensors;
  private final FileDigest digest;

  /** What holds the bytes, if closing this file is to give them back. */
  private final @Nullable Arena arena;

  GgufFile(
      String name,
      MemorySegment bytes,
      int version,
      Metadata metadata,
      Map<String, GgufTensor> tensors,
      @Nullable Arena arena) {
    this.name = name;
    this.bytes = bytes;
    this.version = version;
    this.metadata = metadata;
    this.tensors = tensors;
    this.arena = arena;
    this.digest = new FileDigest(bytes);
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
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // To open a pipe would wait for whoever writes to it.
      throw new ModelFileException(name, "is a device or a pipe; name a .gguf file");
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

  /**
   * Checks a file that somebody else reads, for example from a jar.
   *
   * @param name what messages call the file
   * @param source reads the whole file into the arena it is given, which closes with the result
   * @throws ModelFileException if the bytes are not a valid GGUF file
   */
  public static GgufFile of(String name, Function<Arena, MemorySegment> source)
      throws ModelFileException {
    Arena arena = Arena.ofShared();
    try {
      return new GgufReader(name, source.apply(arena).asReadOnly()).read(arena);
    } catch (ModelFileException | RuntimeException | Error problem) {
      arena.close();
      throw problem;
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws ModelFileException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException missing) {
      throw new ModelFileException(path.toString(), "no such file", missing);
    } catch (AccessDeniedException denied) {
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

  /**
   * The SHA-256 of the whole file, as 64 hexadecimal digits. Computed by the first call, which
   * reads the whole file, and kept.
   */
  public String digest() {
    return digest.hex();
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

  /** Gives the bytes back, if this file holds them; views of its tensors end with it. */
  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
