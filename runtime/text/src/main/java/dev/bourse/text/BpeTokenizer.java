package dev.bourse.text;

/**
 * Byte-level byte pair encoding (Radford et al. 2019, "Language Models are Unsupervised Multitask
 * Learners"; Sennrich et al. 2016): special tokens are cut out, the rest is split into words, the
 * UTF-8 bytes of each word are merged into tokens.
 */
final class BpeTokenizer extends TableTokenizer {

  private final MergeTable merges;
  private final int[] byteTokens = new int[256];
  private final PreTokenizer pre;

  BpeTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
    merges = new MergeTable(vocabulary.merges(), tokens());
    pre = vocabulary.pre().orElseThrow();
    byte[] single = new byte[1];
    for (int b = 0; b < 256; b++) {
      single[0] = (byte) b;
      byteTokens[b] = tokens().find(single, 0, 1);
    }
  }

  @Override
  Encoding encoding(String text, IntList ids) {
    return new Words(text, ids);
  }

  @Override
  boolean addsSpacePrefix() {
    return false;
  }

  @Override
  public String splitRegex() {
    return pre.splitter().regex();
  }

  /** One call of {@link #encode}: its scratch space and its result. */
  private final class Words implements Encoding {

    private final String text;
    private final IntList ids;
    private final BpeMerger merger = new BpeMerger(byteTokens, merges);
    private byte[] word = new byte[64];

    Words(String text, IntList ids) {
      this.text = text;
      this.ids = ids;
    }

    @Override
    public void add(int from, int to, boolean begins) {
      int end;
      for (int start = from; start < to; start = end) {
        end = pre.splitter().wordEnd(text, start, to);
        if (word.length < 3 * (end - start)) {
          word = new byte[6 * (end - start)];
        }
        int length = Utf8.encode(text, start, end, word);
        int whole = pre.ignoresMerges() ? tokens().find(word, 0, length) : TokenTable.ABSENT;
        if (whole == TokenTable.ABSENT) {
          merger.encode(word, length, ids);
        } else {
          ids.add(whole);
        }
      }
    }
  }
}
