package dev.bourse.server.config;

import java.util.List;

/** Ends of sentences about mistakes. */
final class Words {
  private Words() {}

  /** A question, if there is anything to ask about. */
  static String didYouMean(List<String> near) {
    return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
  }
}
