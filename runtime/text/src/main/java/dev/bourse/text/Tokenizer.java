package dev.bourse.text;

import java.util.List;

/**
 * Turns text into token ids and ids into bytes. Immutable, safe for use by many threads.
 *
 * <p>An id outside {@code [0, size())} is refused with an {@link IllegalArgumentException} that
 * names the id and the limit.
 */
public interface Tokenizer {

  /**
   * Compiles a vocabulary.
   *
   * @throws VocabularyException if the tokens or merges contradict each other
   */
  static Tokenizer of(Vocabulary vocabulary) {
    return switch (vocabulary.model()) {
      case BYTE_LEVEL_BPE -> new BpeTokenizer(vocabulary);
      case SENTENCE_PIECE -> new SentencePieceTokenizer(vocabulary);
    };
  }

  /**
   * The ids of a text.
   *
   * <p>Text is not normalized. A surrogate without its partner, which no UTF-8 can express, counts
   * as U+FFFD.
   *
   * @param addSpecial put the vocabulary's BOS in front and its EOS at the end, where {@link
   *     SpecialIds#addBos} and {@link SpecialIds#addEos} say so
   * @param parseSpecial let the text of a control or unknown token stand for that token; text of
   *     users should be encoded without. The text of user-defined tokens always stands for them
   * @throws IllegalArgumentException if the text is longer than 2²⁶ UTF-16 units
   */
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /**
   * The bytes of some tokens, joined: UTF-8 if the ids came from a text, anything otherwise. Where
   * {@link #encode} puts a space in front, a first one is left out.
   *
   * @param skipSpecial leave out the tokens that {@link #isSpecial} holds for
   */
  byte[] decode(int[] ids, boolean skipSpecial);

  /** The bytes of one token; of a special token, its text. The caller owns the array. */
  byte[] bytes(int id);

  /** Whether a token is no text, but control or unknown. User-defined tokens are text. */
  boolean isSpecial(int id);

  /** How many tokens there are. */
  int size();

  /**
   * The regular expression that cuts text into words before they become tokens, as the model's
   * authors published it (Perl syntax). Two words never share a token.
   */
  String splitRegex();

  /** Every token whose text stands for it as a whole, by ascending id. */
  List<SpecialToken> specialTokens();

  /** The tokens that have a role. */
  SpecialIds specialIds();

  /**
   * A decoder for one stream of tokens.
   *
   * @param skipSpecial leave out the tokens that {@link #isSpecial} holds for
   */
  default TokenDecoder decoder(boolean skipSpecial) {
    return new TokenDecoder(this, skipSpecial);
  }
}
