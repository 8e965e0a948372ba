package dev.bourse.text;

import java.util.List;

/**
 * Byte-level byte pair encoding (Radford et al. 2019, "Language Models are Unsupervised Multitask
 * Learners"; Sennrich et al. 2016): special tokens are cut out, the rest is split into words, the
 * UTF-8 bytes of each word are merged into tokens.
 */
final class BpeTokenizer implements Tokenizer {

  /** The longest text, in UTF-16 units: the arrays of its longest word must stay addressable. */
  static final int TEXT_CHARS_MAX = 1 << 26;

  private final TokenTable tokens;
  private final MergeTable merges;
  private final int[] byteTokens = new int[256];
  private final TokenType[] types;
  private final PreTokenizer pre;
  private final SpecialTokenMatcher special;
  private final SpecialIds specialIds;

  BpeTokenizer(Vocabulary vocabulary) {
    tokens = new TokenTable(vocabulary);
    merges = new MergeTable(vocabulary.merges(), tokens);
    special = new SpecialTokenMatcher(vocabulary);
    specialIds = vocabulary.specialIds();
    pre = vocabulary.pre();
    types = new TokenType[vocabulary.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = vocabulary.type(id);
    }
    byte[] single = new byte[1];
    for (int b = 0; b < 256; b++) {
      single[0] = (byte) b;
      byteTokens[b] = tokens.find(single, 0, 1);
    }
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
    Encoding encoding = new Encoding(text, ids);
    int at = 0;
    for (SpecialTokenMatcher.Match match : special.find(text, parseSpecial)) {
      encoding.words(at, match.start());
      ids.add(match.id());
      at = match.end();
    }
    encoding.words(at, text.length());
    if (addSpecial && specialIds.addEos()) {
      ids.add(specialIds.eos().getAsInt());
    }
    return ids.toArray();
  }

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
    return bytes;
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
  public String splitRegex() {
    return pre.splitter().regex();
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

  /** One call of {@link #encode}: its scratch space and its result. */
  private final class Encoding {

    private final String text;
    private final IntList ids;
    private final BpeMerger merger = new BpeMerger(byteTokens, merges);
    private byte[] word = new byte[64];

    Encoding(String text, IntList ids) {
      this.text = text;
      this.ids = ids;
    }

    /** Appends the tokens of {@code text[from, to)}, which has no special tokens. */
    void words(int from, int to) {
      int end;
      for (int start = from; start < to; start = end) {
        end = pre.splitter().wordEnd(text, start, to);
        if (word.length < 3 * (end - start)) {
          word = new byte[6 * (end - start)];
        }
        int length = Utf8.encode(text, start, end, word);
        int whole = pre.ignoresMerges() ? tokens.find(word, 0, length) : TokenTable.ABSENT;
        if (whole == TokenTable.ABSENT) {
          merger.encode(word, length, ids);
        } else {
          ids.add(whole);
        }
      }
    }
  }
}
