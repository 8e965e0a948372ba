package dev.bourse.text;

/**
 * A vocabulary that contradicts itself or needs an algorithm that is not implemented. The message
 * names the entry, its index and its value; who knows the file adds its name.
 */
public final class VocabularyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public VocabularyException(String message) {
    super(message);
  }
}
