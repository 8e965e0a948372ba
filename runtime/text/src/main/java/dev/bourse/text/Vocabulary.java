package dev.bourse.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says about its tokens: the {@code tokenizer.ggml.*} metadata of a GGUF file,
 * checked. Immutable. {@link Tokenizer#of} compiles it; afterwards it can be forgotten.
 *
 * <p>Where the file is silent or known to be careless, this follows llama.cpp: which pre-tokenizers
 * add a BOS by default, and which texts mean a control token or the end of generation whatever
 * their type says.
 */
public final class Vocabulary {

  /** The largest number of tokens, far above the largest published vocabulary. */
  static final int TOKENS_MAX = 1 << 22;

  /** The largest number of merges. */
  static final int MERGES_MAX = 1 << 24;

  private static final String KEY = "tokenizer.ggml.";

  private final TokenizerModel model;
  private final Optional<PreTokenizer> pre;
  private final float[] scores;
  private final boolean addsSpacePrefix;
  private final List<String> tokens;
  private final TokenType[] types;
  private final List<String> merges;
  private final SpecialIds specialIds;

  private Vocabulary(Builder builder) {
    model = TokenizerModel.named(builder.model);
    pre =
        model == TokenizerModel.BYTE_LEVEL_BPE
            ? Optional.of(PreTokenizer.named(builder.pre))
            : Optional.empty();
    tokens = builder.tokens;
    if (tokens.isEmpty()) {
      throw new VocabularyException(KEY + "tokens is missing or empty");
    }
    limit("tokens", tokens.size(), TOKENS_MAX);
    merges = builder.merges;
    limit("merges", merges.size(), MERGES_MAX);
    types = types(builder.types, tokens.size());
    scores = scores(builder.scores, model, tokens.size());
    addsSpacePrefix = builder.addSpacePrefix;
    ControlTokens control = ControlTokens.find(tokens, types);
    Ids ids = new Ids(builder.ids, model, tokens.size());
    OptionalInt eot = ids.of(Role.EOT, control.endOfTurn());
    OptionalInt eom = ids.of(Role.EOM, control.endOfMessage());
    OptionalInt bos = ids.of(Role.BOS);
    OptionalInt eos = ids.of(Role.EOS);
    SortedSet<Integer> ends = new TreeSet<>(control.endOfGeneration());
    for (OptionalInt id : List.of(eos, eot, eom)) {
      if (id.isPresent()) {
        ends.add(id.getAsInt());
      }
    }
    specialIds =
        new SpecialIds(
            bos,
            eos,
            eot,
            eom,
            ids.of(Role.PAD),
            ids.of(Role.UNKNOWN),
            adds("bos", builder.addBos, addsBos() && bos.isPresent(), bos),
            adds("eos", builder.addEos, false, eos),
            List.copyOf(ends));
  }

  /**
   * Starts a vocabulary.
   *
   * @param model {@code tokenizer.ggml.model}, for example {@code gpt2} for byte-level BPE, {@code
   *     llama} for SentencePiece
   * @param pre {@code tokenizer.ggml.pre}, for example {@code qwen2}; only byte-level BPE has one
   */
  public static Builder builder(String model, String pre) {
    return new Builder(model, pre);
  }

  /** How many tokens there are. */
  public int size() {
    return tokens.size();
  }

  /**
   * The text of a token as the file writes it (byte-level for BPE).
   *
   * @throws IllegalArgumentException if there is no such token
   */
  public String token(int id) {
    checkId(id, types.length);
    return tokens.get(id);
  }

  /**
   * The type of a token, after corrections.
   *
   * @throws IllegalArgumentException if there is no such token
   */
  public TokenType type(int id) {
    checkId(id, types.length);
    return types[id];
  }

  /** The tokens that have a role. */
  public SpecialIds specialIds() {
    return specialIds;
  }

  TokenizerModel model() {
    return model;
  }

  /** How text is split before it is merged; a SentencePiece vocabulary does not. */
  Optional<PreTokenizer> pre() {
    return pre;
  }

  /** Of each token, the higher the sooner it is merged; none for byte-level BPE. */
  float[] scores() {
    return scores;
  }

  /** Whether a text that begins, or follows a special token, gets a space in front. */
  boolean addsSpacePrefix() {
    return addsSpacePrefix;
  }

  private boolean addsBos() {
    return pre.map(PreTokenizer::addsBos).orElse(true);
  }

  /** Pairs of token texts separated by a space, the earlier the sooner they are merged. */
  List<String> merges() {
    return merges;
  }

  /** Refuses an id that is no token of a vocabulary of this size. */
  static void checkId(int id, int size) {
    if (id < 0 || id >= size) {
      throw new IllegalArgumentException(
          "token id " + id + " is not in [0, " + size + "), the vocabulary of this model");
    }
  }

  private static void limit(String name, int count, int max) {
    if (count > max) {
      throw new VocabularyException(
          "%s%s has %d entries; at most %d are supported".formatted(KEY, name, count, max));
    }
  }

  private static TokenType[] types(int @Nullable [] codes, int size) {
    TokenType[] types = new TokenType[size];
    Arrays.fill(types, TokenType.NORMAL);
    if (codes == null) {
      return types;
    }
    if (codes.length != size) {
      throw new VocabularyException(
          KEY + "token_type has " + codes.length + " entries for " + size + " tokens");
    }
    TokenType[] known = TokenType.values();
    for (int id = 0; id < size; id++) {
      if (codes[id] < 1 || codes[id] > known.length) {
        throw new VocabularyException(
            KEY + "token_type[" + id + "] is " + codes[id] + ", not 1 to " + known.length);
      }
      types[id] = known[codes[id] - 1];
    }
    return types;
  }

  private static float[] scores(float @Nullable [] scores, TokenizerModel model, int size) {
    if (model != TokenizerModel.SENTENCE_PIECE) {
      return new float[0];
    }
    if (scores == null) {
      throw new VocabularyException(KEY + "scores is missing");
    }
    if (scores.length != size) {
      throw new VocabularyException(
          KEY + "scores has " + scores.length + " entries for " + size + " tokens");
    }
    for (int id = 0; id < size; id++) {
      if (Float.isNaN(scores[id])) {
        throw new VocabularyException(KEY + "scores[" + id + "] is not a number");
      }
    }
    return scores;
  }

  private static boolean adds(
      String name, @Nullable Boolean said, boolean byDefault, OptionalInt id) {
    if (said == null) {
      return byDefault;
    }
    if (said && id.isEmpty()) {
      throw new VocabularyException(
          "%sadd_%s_token is true, but %s%s_token_id is not set".formatted(KEY, name, KEY, name));
    }
    return said;
  }

  /** The roles whose token a file may name. */
  private enum Role {
    BOS("bos_token_id", 1),
    EOS("eos_token_id", 2),
    EOT("eot_token_id", -1),
    EOM("eom_token_id", -1),
    PAD("padding_token_id", -1),
    UNKNOWN("unknown_token_id", 0);

    private final String key;

    /** The id that SentencePiece gives it; -1 if none. */
    private final int sentencePiece;

    Role(String key, int sentencePiece) {
      this.key = key;
      this.sentencePiece = sentencePiece;
    }
  }

  /** The ids that a file names, checked against the number of tokens. */
  private record Ids(Map<Role, Integer> named, TokenizerModel model, int size) {

    OptionalInt of(Role role) {
      boolean usual =
          model == TokenizerModel.SENTENCE_PIECE
              && role.sentencePiece >= 0
              && role.sentencePiece < size;
      return of(role, usual ? OptionalInt.of(role.sentencePiece) : OptionalInt.empty());
    }

    OptionalInt of(Role role, OptionalInt otherwise) {
      Integer id = named.get(role);
      if (id == null) {
        return otherwise;
      }
      if (id < 0 || id >= size) {
        throw new VocabularyException(
            "%s%s is %s, but there are %d tokens"
                .formatted(KEY, role.key, Integer.toUnsignedString(id), size));
      }
      return OptionalInt.of(id);
    }
  }

  /** Collects the metadata; {@link #build} checks it. Everything but the tokens is optional. */
  public static final class Builder {

    private final String model;
    private final String pre;
    private List<String> tokens = List.of();
    private int @Nullable [] types;
    private float @Nullable [] scores;
    private boolean addSpacePrefix = true;
    private List<String> merges = List.of();
    private final Map<Role, Integer> ids = new HashMap<>();
    private @Nullable Boolean addBos;
    private @Nullable Boolean addEos;

    private Builder(String model, String pre) {
      this.model = model;
      this.pre = pre;
    }

    /** {@code tokenizer.ggml.tokens}: every token's text, by id. */
    public Builder tokens(List<String> tokens) {
      this.tokens = List.copyOf(tokens);
      return this;
    }

    /** {@code tokenizer.ggml.token_type}, codes as in {@link TokenType#code}. Default: normal. */
    public Builder types(int[] types) {
      this.types = types.clone();
      return this;
    }

    /** {@code tokenizer.ggml.scores}, which a SentencePiece vocabulary must have. */
    public Builder scores(float[] scores) {
      this.scores = scores.clone();
      return this;
    }

    /** {@code tokenizer.ggml.add_space_prefix}, for SentencePiece. Default: true. */
    public Builder addSpacePrefix(boolean add) {
      addSpacePrefix = add;
      return this;
    }

    /** {@code tokenizer.ggml.merges}: two token texts and a space between them, best first. */
    public Builder merges(List<String> merges) {
      this.merges = List.copyOf(merges);
      return this;
    }

    /** {@code tokenizer.ggml.bos_token_id}. */
    public Builder bos(int id) {
      return role(Role.BOS, id);
    }

    /** {@code tokenizer.ggml.eos_token_id}. */
    public Builder eos(int id) {
      return role(Role.EOS, id);
    }

    /** {@code tokenizer.ggml.eot_token_id}. Default: a token with one of the usual texts. */
    public Builder eot(int id) {
      return role(Role.EOT, id);
    }

    /** {@code tokenizer.ggml.eom_token_id}. Default: {@code <|eom_id|>}. */
    public Builder eom(int id) {
      return role(Role.EOM, id);
    }

    /** {@code tokenizer.ggml.padding_token_id}. */
    public Builder pad(int id) {
      return role(Role.PAD, id);
    }

    /** {@code tokenizer.ggml.unknown_token_id}. */
    public Builder unknown(int id) {
      return role(Role.UNKNOWN, id);
    }

    /** {@code tokenizer.ggml.add_bos_token}. Default: as usual for the pre-tokenizer. */
    public Builder addBos(boolean add) {
      addBos = add;
      return this;
    }

    /** {@code tokenizer.ggml.add_eos_token}. Default: false. */
    public Builder addEos(boolean add) {
      addEos = add;
      return this;
    }

    /**
     * Checks what was collected.
     *
     * @throws VocabularyException naming the entry and its value, if it is out of range,
     *     contradicts another one, or asks for an algorithm that is not implemented
     */
    public Vocabulary build() {
      return new Vocabulary(this);
    }

    /** Some writers put 2³²−1, which arrives here as −1, where a model has no such token. */
    private Builder role(Role role, int id) {
      if (id != -1) {
        ids.put(role, id);
      }
      return this;
    }
  }
}
