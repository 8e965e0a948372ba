package dev.bourse.model;

import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Compute;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.WorkerPool;
import dev.bourse.text.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A loaded model: configuration, weights, tokenizer, and the threads that compute. Immutable; any
 * number of forward passes can be made of it, each for one thread.
 */
public final class Model implements AutoCloseable {
  private final GgufFile file;
  private final ModelConfig config;
  private final Weights weights;
  private final Rotations rotations;
  private final WorkerPool workers;
  private final Tokenizer tokenizer;
  private final Optional<String> chatTemplate;

  private Model(
      GgufFile file,
      ModelConfig config,
      Weights weights,
      Rotations rotations,
      WorkerPool workers,
      Tokenizer tokenizer,
      Optional<String> chatTemplate) {
    this.file = file;
    this.config = config;
    this.weights = weights;
    this.rotations = rotations;
    this.workers = workers;
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
  }

  /**
   * Loads a model file, to be computed with one thread for each physical core.
   *
   * @throws ModelFileException if the file is not a valid model of a supported family
   */
  public static Model load(Path path) throws ModelFileException {
    return load(GgufFile.open(path), new WorkerPool());
  }

  /**
   * Loads a model that somebody else reads, for example from a jar, to be computed with one thread
   * for each physical core.
   *
   * @param name what messages call the file
   * @param source reads the whole file into the arena it is given, which closes with the model
   * @throws ModelFileException if the bytes are not a valid model of a supported family
   */
  public static Model load(String name, Function<Arena, MemorySegment> source)
      throws ModelFileException {
    return load(GgufFile.of(name, source), new WorkerPool());
  }

  /**
   * Loads a model from an open file.
   *
   * @param file closes with the model, or with the exception
   * @param workers the threads that compute; they end with the model, or with the exception
   * @throws ModelFileException if the file is not a valid model of a supported family
   */
  public static Model load(GgufFile file, WorkerPool workers) throws ModelFileException {
    try {
      return read(file, workers);
    } catch (ModelFileException | RuntimeException | Error failure) {
      workers.close();
      file.close();
      throw failure;
    }
  }

  private static Model read(GgufFile file, WorkerPool workers) throws ModelFileException {
    ModelConfig config = ModelConfig.of(file.name(), file.metadata());
    Tokenizer tokenizer = VocabularyReader.tokenizer(file.name(), file.metadata());
    Optional<String> chatTemplate = file.metadata().text("tokenizer.chat_template");
    WeightLoader loader = new WeightLoader(file, config, workers);
    Rotations rotations = Rotations.of(config, loader.ropeFactors());
    return new Model(file, config, loader.load(), rotations, workers, tokenizer, chatTemplate);
  }

  /** The sizes and constants. */
  public ModelConfig config() {
    return config;
  }

  /** The tokenizer that the file describes. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The source of the model's own chat template, if it has one. */
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  /** Bytes of the weights in memory: what one decode step reads, but for norms and biases. */
  public long weightBytes() {
    return weights.bytes();
  }

  /**
   * The SHA-256 of the whole file, as 64 hexadecimal digits: what tells models apart whose pages
   * must never meet. Computed by the first call, which reads the whole file, and kept.
   */
  public String digest() {
    return file.digest();
  }

  /**
   * A forward pass over the pages of a pool, with the fastest kernels of this machine.
   *
   * @param pages laid out as {@link ModelConfig#kvLayout} says; stays the caller's to close
   * @param rowsMax rows that a batch may have
   * @throws IllegalArgumentException if the pool is laid out for another model
   */
  public ForwardPass newForwardPass(PagePool pages, int rowsMax) {
    return newForwardPass(pages, rowsMax, Kernels.best());
  }

  /** As {@link #newForwardPass(PagePool, int)}, with chosen kernels; the results are the same. */
  public ForwardPass newForwardPass(PagePool pages, int rowsMax, Kernels kernels) {
    return new ForwardPass(
        config, weights, rotations, pages, new Compute(kernels, workers), rowsMax);
  }

  /** Ends the threads and gives all memory back. No forward pass may be running. */
  @Override
  public void close() {
    workers.close();
    weights.close();
    file.close();
  }
}
