package dev.bourse.text;

/** What a token stands for, as {@code tokenizer.ggml.token_type} of a GGUF file says it. */
public enum TokenType {
  /** A piece of text. */
  NORMAL(1),
  /** Stands for what the vocabulary cannot express. */
  UNKNOWN(2),
  /** Steers the model and is not text, for example the end of a turn. */
  CONTROL(3),
  /** Text that is always one token, whatever stands around it. */
  USER_DEFINED(4),
  /** Fills up the embedding matrix and has no text. */
  UNUSED(5),
  /** One byte, written {@code <0x0A>}. */
  BYTE(6);

  private final int code;

  TokenType(int code) {
    this.code = code;
  }

  /** The number of this type in a GGUF file. */
  public int code() {
    return code;
  }

  /** Whether tokens of this type are hidden when a text is decoded without special tokens. */
  boolean isSpecial() {
    return this == CONTROL || this == UNKNOWN;
  }
}
