package dev.bourse.text;

import java.util.Arrays;
import java.util.List;

/** What all tokenizers have in common: tokens that are bytes, and special ones among them. */
abstract class TableTokenizer implements Tokenizer {

  /** The longest text, in UTF-16 units: the arrays of its longest word must stay addressable. */
  static final int TEXT_CHARS_MAX = 1 << 26;

  private final TokenTable tokens;
  private final TokenType[] types;
  private final SpecialTokenMatcher special;
  private final SpecialIds specialIds;

  TableTokenizer(Vocabulary vocabulary) {
    tokens = new TokenTable(vocabulary);
    special = new SpecialTokenMatcher(vocabulary);
    specialIds = vocabulary.specialIds();
    types = new TokenType[vocabulary.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = vocabulary.type(id);
    }
  }

  /** One call of {@link #encode}. */
  interface Encoding {
    /**
     * Appends the tokens of {@code text[from, to)}, which has no special tokens and is not empty.
     *
     * @param begins whether nothing or a special token stands before it
     */
    void add(int from, int to, boolean begins);
  }

  /** Begins to encode a text. */
  abstract Encoding encoding(String text, IntList ids);

  TokenTable tokens() {
    return tokens;
  }

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "a text of %d chars is too long to tokenize; at most %d are supported"
              .formatted(text.length(), TEXT_CHARS_MAX));
    }
    IntList ids = new IntList(text.length() / 3);
    if (addSpecial && specialIds.addBos()) {
      ids.add(specialIds.bos().getAsInt());
    }
    Encoding encoding = encoding(text, ids);
    int at = 0;
    boolean begins = true;
    for (SpecialTokenMatcher.Match match : special.find(text, parseSpecial)) {
      if (match.start() > at) {
        encoding.add(at, match.start(), begins);
      }
      ids.add(match.id());
      at = match.end();
      begins = true;
    }
    if (text.length() > at) {
      encoding.add(at, text.length(), begins);
    }
    if (addSpecial && specialIds.addEos()) {
      ids.add(specialIds.eos().getAsInt());
    }
    return ids.toArray();
  }

  /** Whether {@link #encode} puts a space in front, which {@link #decode} takes away again. */
  abstract boolean addsSpacePrefix();

  @Override
  public byte[] decode(int[] ids, boolean skipSpecial) {
    int length = 0;
    for (int id : ids) {
      check(id);
      length = Math.addExact(length, shown(id, skipSpecial) ? tokens.length(id) : 0);
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int id : ids) {
      if (shown(id, skipSpecial)) {
        tokens.copy(id, bytes, at);
        at += tokens.length(id);
      }
    }
    boolean prefixed =
        addsSpacePrefix() && length > 0 && bytes[0] == ' ' && shown(ids[0], skipSpecial);
    return prefixed ? Arrays.copyOfRange(bytes, 1, length) : bytes;
  }

  @Override
  public byte[] bytes(int id) {
    check(id);
    byte[] bytes = new byte[tokens.length(id)];
    tokens.copy(id, bytes, 0);
    return bytes;
  }

  @Override
  public boolean isSpecial(int id) {
    check(id);
    return types[id].isSpecial();
  }

  @Override
  public int size() {
    return types.length;
  }

  @Override
  public List<SpecialToken> specialTokens() {
    return special.tokens();
  }

  @Override
  public SpecialIds specialIds() {
    return specialIds;
  }

  private boolean shown(int id, boolean skipSpecial) {
    return !skipSpecial || !types[id].isSpecial();
  }

  private void check(int id) {
    Vocabulary.checkId(id, types.length);
  }
}
