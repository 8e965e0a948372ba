package dev.bourse.model.lora;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.GgufTensor;
import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an adapter: a GGUF file, a safetensors file with {@code adapter_config.json} beside it, or
 * a folder that holds these two under the names that PEFT gives them.
 */
public final class LoraFile {
  private static final String IN_FOLDER = "adapter_model.safetensors";
  private static final byte[] GGUF = {'G', 'G', 'U', 'F'};
  private static final long CONFIG_BYTES_MAX = 1 << 20;

  private LoraFile() {}

  /** As {@link #read(Path, String, ModelConfig, long)}; messages call the file by its path. */
  public static LoraAdapter read(Path path, ModelConfig model, long bytesMax)
      throws ModelFileException {
    return read(path, path.toString(), model, bytesMax);
  }

  /**
   * Reads an adapter for a model.
   *
   * @param name what messages call the path
   * @param bytesMax that the file may have, and the matrices in memory
   * @throws ModelFileException if there is none, or it does not fit the model
   */
  public static LoraAdapter read(Path path, String name, ModelConfig model, long bytesMax)
      throws ModelFileException {
    boolean folder = Files.isDirectory(path);
    Path file = folder ? path.resolve(IN_FOLDER) : path;
    Path called = folder ? Path.of(name, IN_FOLDER) : Path.of(name);
    byte[] bytes = bytes(file, called.toString(), bytesMax);
    if (isGguf(bytes)) {
      return readGguf(called.toString(), bytes, model, bytesMax);
    }
    List<AdapterTensor> tensors =
        new SafetensorsReader(called.toString(), MemorySegment.ofArray(bytes).asReadOnly()).read();
    String calledConfig = called.resolveSibling(LoraOptions.FILE).toString();
    byte[] config = bytes(file.resolveSibling(LoraOptions.FILE), calledConfig, CONFIG_BYTES_MAX);
    LoraOptions options =
        LoraOptions.ofPeft(calledConfig, new String(config, StandardCharsets.UTF_8));
    return new LoraAssembly(called.toString(), model, options, bytesMax).assemble(tensors);
  }

  private static boolean isGguf(byte[] bytes) {
    return bytes.length >= GGUF.length
        && Arrays.equals(bytes, 0, GGUF.length, GGUF, 0, GGUF.length);
  }

  private static byte[] bytes(Path file, String name, long bytesMax) throws ModelFileException {
    try {
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        throw new ModelFileException(name, "is not a regular file");
      }
      long size = Files.size(file);
      if (size > Math.min(bytesMax, Integer.MAX_VALUE - 8)) {
        throw new ModelFileException(name, "has %d bytes, allowed %d".formatted(size, bytesMax));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelFileException(name, "no such file", e);
    } catch (ModelFileException e) {
      throw e;
    } catch (IOException e) {
      throw new ModelFileException(name, "cannot be read", e);
    }
  }

  private static LoraAdapter readGguf(String name, byte[] bytes, ModelConfig model, long bytesMax)
      throws ModelFileException {
    try (GgufFile file = GgufFile.of(name, MemorySegment.ofArray(bytes))) {
      Metadata metadata = file.metadata();
      require(name, metadata, "general.type", "adapter");
      require(name, metadata, "adapter.type", "lora");
      require(name, metadata, "general.architecture", model.family().architecture());
      LoraOptions options = new LoraOptions(metadata.requireReal("adapter.lora.alpha"), false);
      List<AdapterTensor> tensors = new ArrayList<>();
      for (GgufTensor tensor : file.tensors()) {
        tensors.add(
            new AdapterTensor(
                tensor.name(), tensor.type(), tensor.dimensions().reversed(), tensor.data()));
      }
      return new LoraAssembly(name, model, options, bytesMax).assemble(tensors);
    }
  }

  private static void require(String file, Metadata metadata, String key, String wanted)
      throws ModelFileException {
    String found = metadata.requireText(key);
    if (!found.equals(wanted)) {
      throw new ModelFileException(
          file, "key '%s' is '%s', but '%s' is needed here".formatted(key, found, wanted));
    }
  }
}
