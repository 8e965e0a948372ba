package dev.bourse.text;

import java.util.Arrays;

/**
 * SentencePiece's byte pair encoding, as Llama 1 and 2, Mistral and Gemma have it: special tokens
 * are cut out, and the characters of the rest, spaces among them, are merged into tokens; what is
 * no token then is written byte by byte.
 *
 * <p>Vocabularies write a space as U+2581; here it is a space everywhere.
 *
 * @see <a href="https://arxiv.org/abs/1808.06226">SentencePiece</a>
 */
final class SentencePieceTokenizer extends TableTokenizer {

  private final float[] scores;
  private final int[] byteTokens;
  private final boolean addsSpace;

  SentencePieceTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
    scores = vocabulary.scores();
    addsSpace = vocabulary.addsSpacePrefix();
    byteTokens = byteTokens(vocabulary, tokens());
  }

  /** The token for each byte: its own, or else that of the character; or the unknown one. */
  private static int[] byteTokens(Vocabulary vocabulary, TokenTable tokens) {
    int[] ids = new int[256];
    byte[] single = new byte[1];
    for (int b = 0; b < 256; b++) {
      single[0] = (byte) b;
      int found = tokens.find(single, 0, 1);
      ids[b] =
          found == TokenTable.ABSENT
              ? vocabulary.specialIds().unknown().orElse(TokenTable.ABSENT)
              : found;
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.type(id) == TokenType.BYTE) {
        tokens.copy(id, single, 0);
        ids[single[0] & 0xFF] = id;
      }
    }
    return ids;
  }

  @Override
  boolean addsSpacePrefix() {
    return addsSpace;
  }

  /** The text is not split before it is merged. */
  @Override
  public String splitRegex() {
    return "(?s:.+)";
  }

  @Override
  Encoding encoding(String text, IntList ids) {
    SentencePieceMerger merger = new SentencePieceMerger(tokens(), scores, byteTokens);
    return (from, to, begins) -> merger.encode(utf8(text, from, to, begins && addsSpace), ids);
  }

  /** As UTF-8, with a space in front where one is due, and U+2581 as the space that it means. */
  private static byte[] utf8(String text, int from, int to, boolean space) {
    String part = (space ? " " : "") + text.substring(from, to).replace('\u2581', ' ');
    byte[] bytes = new byte[3 * part.length()];
    int length = Utf8.encode(part, 0, part.length(), bytes);
    return Arrays.copyOf(bytes, length);
  }
}
