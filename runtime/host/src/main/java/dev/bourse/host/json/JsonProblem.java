package dev.bourse.host.json;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with JSON, for whoever wrote it, who does not care which library reads it. */
public final class JsonProblem {
  private static final Pattern OF_THE_LIBRARY =
      Pattern.compile(
          " \\((start marker at|consider enabling) .*$"
              + "|: enable `.*$"
              + "| for `ObjectNode`: not allowed.*$"
              + "|, from `[^`]*`"
              + "|`ObjectNode`");

  private JsonProblem() {}

  /** The reader's words without its class names, options and empty source locations. */
  public static String words(JacksonException problem) {
    return OF_THE_LIBRARY.matcher(String.valueOf(problem.getOriginalMessage())).replaceAll("");
  }
}
