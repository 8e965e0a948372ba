package dev.bourse.model.gguf;

import java.io.IOException;
import java.io.Serial;

/**
 * A model file cannot be used: it is damaged, truncated, inconsistent, or asks for something this
 * version does not support. The message starts with the file and says what was found and what was
 * expected, so that it can be shown to a user as it is.
 */
public final class ModelFileException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  /** A damaged file may have names of any length. */
  private static final int PROBLEM_LENGTH_MAX = 800;

  private final String file;

  /**
   * @param file the file's path or, for a model inside a jar, its resource name
   * @param problem what is wrong, without the file's name
   */
  public ModelFileException(String file, String problem) {
    super(file + ": " + shortened(problem));
    this.file = file;
  }

  /**
   * @param file the file's path or, for a model inside a jar, its resource name
   * @param problem what is wrong, without the file's name
   * @param cause what was thrown where the problem was noticed
   */
  public ModelFileException(String file, String problem, Throwable cause) {
    super(file + ": " + shortened(problem), cause);
    this.file = file;
  }

  private static String shortened(String problem) {
    int half = PROBLEM_LENGTH_MAX / 2;
    return problem.length() <= PROBLEM_LENGTH_MAX
        ? problem
        : problem.substring(0, half) + " … " + problem.substring(problem.length() - half);
  }

  /** The file's path or, for a model inside a jar, its resource name. */
  public String file() {
    return file;
  }
}
