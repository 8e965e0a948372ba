package dev.bourse.server;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.WorkerPool;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.Vocabulary;
import dev.bourse.text.VocabularyException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/** Opens the model files that a user names, for as long as this process runs. */
final class ModelFiles {
  /** What stands for the embedded model where a file is expected. */
  static final String DEMO = "demo";

  private static final String KEY = "tokenizer.ggml.";

  private ModelFiles() {}

  /**
   * Opens a file.
   *
   * @param name a path, or {@link #DEMO}
   */
  static GgufFile open(String name) {
    try {
      return name.equals(DEMO)
          ? GgufFile.of(DemoModel.NAME, DemoModel::bytes)
          : GgufFile.open(path(name));
    } catch (ModelFileException e) {
      throw badFile(e);
    }
  }

  /**
   * Loads a model to compute with.
   *
   * @param workers the threads that compute; they end with the model
   */
  static Model load(String name, WorkerPool workers) {
    GgufFile file = open(name);
    try {
      return Model.load(file, workers);
    } catch (ModelFileException e) {
      throw badFile(e);
    }
  }

  /** A path, with an error for a user if no file could have that name. */
  static Path path(String name) {
    if (name.isEmpty()) {
      throw CommandException.usage("'' is not the name of a file");
    }
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw CommandException.usage("'" + name + "' is not the name of a file: " + e.getReason());
    }
  }

  /** The tokenizer of a file, which need not hold anything else. */
  static Tokenizer tokenizer(GgufFile file) {
    try {
      return Tokenizer.of(vocabulary(file.metadata()));
    } catch (VocabularyException e) {
      throw CommandException.badFile(file.name() + ": " + e.getMessage(), e);
    } catch (ModelFileException e) {
      throw badFile(e);
    }
  }

  /** The source of the chat template of a file. */
  static String template(GgufFile file) {
    try {
      Optional<String> template = file.metadata().text("tokenizer.chat_template");
      return template.orElseThrow(
          () -> CommandException.badFile(file.name() + ": it has no chat template"));
    } catch (ModelFileException e) {
      throw badFile(e);
    }
  }

  private static Vocabulary vocabulary(Metadata metadata) throws ModelFileException {
    Vocabulary.Builder builder =
        Vocabulary.builder(
            metadata.requireText(KEY + "model"), metadata.text(KEY + "pre").orElse("default"));
    metadata.texts(KEY + "tokens").map(List::of).ifPresent(builder::tokens);
    metadata.integers(KEY + "token_type").ifPresent(builder::types);
    metadata.texts(KEY + "merges").map(List::of).ifPresent(builder::merges);
    id(metadata, "bos_token_id", builder::bos);
    id(metadata, "eos_token_id", builder::eos);
    id(metadata, "eot_token_id", builder::eot);
    id(metadata, "eom_token_id", builder::eom);
    id(metadata, "padding_token_id", builder::pad);
    id(metadata, "unknown_token_id", builder::unknown);
    metadata.flag(KEY + "add_bos_token").ifPresent(builder::addBos);
    metadata.flag(KEY + "add_eos_token").ifPresent(builder::addEos);
    return builder.build();
  }

  private static void id(Metadata metadata, String key, IntConsumer consumer)
      throws ModelFileException {
    OptionalLong id = metadata.integer(KEY + key, 0, 0xFFFF_FFFFL);
    if (id.isPresent()) {
      consumer.accept((int) id.getAsLong());
    }
  }

  private static CommandException badFile(ModelFileException e) {
    return CommandException.badFile(String.valueOf(e.getMessage()), e);
  }
}
