package dev.bourse.text;

/**
 * Turns a stream of tokens into text, a token at a time. Tokens may end inside a character; its
 * bytes are held back until the rest arrives. For one stream and one thread.
 */
public final class TokenDecoder {

  private final Tokenizer tokenizer;
  private final boolean skipSpecial;
  private final Utf8Decoder utf8 = new Utf8Decoder();

  TokenDecoder(Tokenizer tokenizer, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
  }

  /**
   * The text that the next token completes, often empty in the middle of a character.
   *
   * @throws IllegalArgumentException if the vocabulary has no such token
   */
  public String accept(int id) {
    return skipSpecial && tokenizer.isSpecial(id) ? "" : utf8.accept(tokenizer.bytes(id));
  }

  /** Ends the stream: U+FFFD if it ends inside a character. The decoder can then start anew. */
  public String finish() {
    return utf8.finish();
  }
}
