package dev.bourse.model;

import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Compute;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.RopeTable;
import dev.bourse.tensor.WorkerPool;
import dev.bourse.text.Tokenizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Function;

/** A loaded model: configuration, weights and tokenizer. */
public final class Model implements AutoCloseable {
  private final ModelConfig config;
  private final Weights weights;
  private final RopeTable rope;
  private final WorkerPool pool;
  private final Tokenizer tokenizer;
  private final Optional<String> chatTemplate;

  private Model(
      ModelConfig config,
      Weights weights,
      RopeTable rope,
      WorkerPool pool,
      Tokenizer tokenizer,
      Optional<String> chatTemplate) {
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.config = config;
    this.weights = weights;
    this.rope = rope;
    this.pool = pool;
  }

  public static Model load(String name, Function<Arena, MemorySegment> bytes)
      throws ModelFileException {
    try (Arena arena = Arena.ofShared()) {
      GgufFile file = GgufFile.of(name, bytes.apply(arena));
      ModelConfig config = ModelConfig.of(name, file.metadata());
      WorkerPool pool = new WorkerPool();
      WeightLoader loader = new WeightLoader(file, config, pool);
      RopeTable rope =
          new RopeTable(
              config.family().ropePairing(),
              config.rope().dimensions(),
              config.rope().base(),
              loader.ropeFactors().orElse(null),
              config.contextLength());
      return new Model(
          config,
          loader.load(),
          rope,
          pool,
          VocabularyReader.tokenizer(name, file.metadata()),
          file.metadata().text("tokenizer.chat_template"));
    }
  }

  public ModelConfig config() {
    return config;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The source of the model's own chat template, if it has one. */
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  public ForwardPass newForwardPass(PagePool pages, int rowsMax) {
    return new ForwardPass(config, weights, rope, pages, new Compute(Kernels.scalar(), pool));
  }

  @Override
  public void close() {
    weights.close();
    pool.close();
  }
}
