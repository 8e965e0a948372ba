package dev.bourse.server;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;
import dev.bourse.model.VocabularyReader;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.WorkerPool;
import dev.bourse.text.Tokenizer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the model files that a user names, for as long as this process runs. */
public final class ModelFiles {
  /** What stands for the embedded model where a file is expected. */
  public static final String DEMO = "demo";

  private ModelFiles() {}

  /**
   * Opens a file.
   *
   * @param name a path, or {@link #DEMO}
   */
  public static GgufFile open(String name) {
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
  public static Model load(String name, WorkerPool workers) {
    GgufFile file = open(name);
    try {
      return Model.load(file, workers);
    } catch (ModelFileException e) {
      throw badFile(e);
    }
  }

  /** A path, with an error for a user if no file could have that name. */
  public static Path path(String name) {
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
  public static Tokenizer tokenizer(GgufFile file) {
    try {
      return VocabularyReader.tokenizer(file.name(), file.metadata());
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

  private static CommandException badFile(ModelFileException e) {
    return CommandException.badFile(String.valueOf(e.getMessage()), e);
  }
}
