package dev.bourse.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows one text, token by token, and tells which tokens may come next. For one thread; forks are
 * independent, and making one takes constant time.
 */
public final class Matcher {

  private static final int FORCED_BYTES_MAX = 4096;

  private final CompiledGrammar grammar;
  private Position position;

  /**
   * After some tokens. Positions are shared by forks and never change.
   *
   * @param before one token earlier, null at the beginning
   * @param stopped whether the last token was a stop token
   * @param bytes memory of this and all positions before it, about
   */
  private record Position(
      @Nullable Position before,
      Configuration configuration,
      boolean stopped,
      int tokens,
      long bytes) {

    Position then(Configuration next, boolean stop) {
      // A configuration that others hold as well counts for each of them.
      return new Position(this, next, stop, tokens + 1, bytes + 96 + 16L * next.states.length);
    }
  }

  Matcher(CompiledGrammar grammar) {
    this(grammar, new Position(null, grammar.machine().start(), false, 0, 0));
  }

  private Matcher(CompiledGrammar grammar, Position position) {
    this.grammar = grammar;
    this.position = position;
  }

  /**
   * Goes on by some tokens.
   *
   * @throws IllegalArgumentException if one of them is not allowed where it stands; then nothing
   *     has changed
   * @throws GrammarException if a limit is met; then nothing has changed either
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; likewise
   */
  public void accept(int... tokens) {
    Position after = position;
    for (int i = 0; i < tokens.length; i++) {
      Interruption.check();
      Position next = after(after, tokens[i]);
      if (next == null) {
        throw new IllegalArgumentException(refusal(after, tokens[i], i));
      }
      after = next;
    }
    position = after;
  }

  /** Whether a token may come next; the same as its bit in the mask. */
  public boolean allows(int token) {
    return after(position, token) != null;
  }

  private @Nullable Position after(Position from, int token) {
    byte[] bytes = grammar.vocabulary().bytes(token);
    if (from.stopped) {
      return null;
    }
    if (grammar.vocabulary().isStop(token)) {
      return from.configuration.ended ? from.then(from.configuration, true) : null;
    }
    Configuration configuration = from.configuration;
    for (byte b : bytes) {
      configuration = grammar.machine().step(configuration, b);
      if (configuration.isDead()) {
        return null;
      }
    }
    return bytes.length == 0 ? null : from.then(configuration, false);
  }

  private String refusal(Position at, int token, int index) {
    byte[] bytes = grammar.vocabulary().bytes(token);
    String what =
        grammar.vocabulary().isStop(token)
            ? "a stop token"
            : bytes.length == 0
                ? "a special token"
                : "'" + new String(bytes, StandardCharsets.UTF_8) + "'";
    String why =
        at.stopped ? "nothing may follow a stop token" : "the grammar does not allow it there";
    return "token %d (%s), number %d of these and %d of the text: %s"
        .formatted(token, what, index, at.tokens, why);
  }

  /**
   * The tokens that may come next: bit {@code t & 63} of word {@code t >> 6} is token {@code t}.
   * All zero after a stop token, and where the vocabulary has no token that fits.
   */
  public long[] nextTokenMask() {
    long[] mask = new long[grammar.vocabulary().maskWords()];
    nextTokenMask(mask);
    return mask;
  }

  /** Writes {@link #nextTokenMask()} to an array of {@link TokenVocabulary#maskWords} words. */
  public void nextTokenMask(long[] target) {
    long[] mask =
        position.stopped
            ? new long[grammar.vocabulary().maskWords()]
            : grammar.mask(position.configuration);
    if (target.length != mask.length) {
      throw new IllegalArgumentException(
          "the mask has " + target.length + " words; the vocabulary needs " + mask.length);
    }
    System.arraycopy(mask, 0, target, 0, mask.length);
  }

  /**
   * The same mask as run lengths: how many tokens from 0 on are forbidden, how many after those are
   * allowed, and so on in turns. Together they are the vocabulary.
   */
  public int[] nextTokenRuns() {
    return RunLengths.of(nextTokenMask(), grammar.vocabulary().size());
  }

  /** The same, without the tokens that other run lengths forbid; what those leave out is. */
  public int[] nextTokenRuns(int[] within) {
    long[] mask = nextTokenMask();
    int size = grammar.vocabulary().size();
    long end = 0;
    for (int run = 0; run < within.length && end < size; run++) {
      long begin = end;
      end += Integer.toUnsignedLong(within[run]);
      if (run % 2 == 0) {
        clear(mask, (int) begin, (int) Math.min(end, size));
      }
    }
    clear(mask, (int) Math.min(end, size), size);
    return RunLengths.of(mask, size);
  }

  private static void clear(long[] mask, int begin, int end) {
    for (int token = begin; token < end; token++) {
      if ((token & 63) == 0 && end - token >= 64) {
        mask[token >> 6] = 0;
        token += 63;
      } else {
        mask[token >> 6] &= ~(1L << token);
      }
    }
  }

  /** Whether the text may end here; exactly then stop tokens are allowed. */
  public boolean mayEnd() {
    return position.configuration.ended && !position.stopped;
  }

  /**
   * Whether the text has ended: a stop token was accepted or, if the vocabulary has none, it may
   * end here and nothing can follow.
   */
  public boolean isTerminated() {
    return position.stopped
        || (!grammar.vocabulary().hasStops()
            && position.configuration.ended
            && position.configuration.states.length == 0);
  }

  /** How much memory the way to here takes, so that it can be rolled back, about, in bytes. */
  public long bytes() {
    return position.bytes;
  }

  /** The grammar, for its vocabulary. */
  public CompiledGrammar grammar() {
    return grammar;
  }

  /**
   * Tokens that bring the text to an end by the shortest way, in bytes, without a stop token: none
   * if it may end here. They need not be tokenized as the model would.
   *
   * @return empty if the text has ended, no end is near enough to be found, or the vocabulary lacks
   *     a token for one of the bytes
   */
  public Optional<int[]> closingTokens() {
    return position.stopped
        ? Optional.empty()
        : Completion.of(grammar.machine(), position.configuration)
            .flatMap(grammar.vocabulary()::cover);
  }

  /** How many tokens have been accepted. */
  public int tokens() {
    return position.tokens;
  }

  Configuration configuration() {
    return position.configuration;
  }

  /** Back to the beginning of the text. */
  public void reset() {
    rollback(position.tokens);
  }

  /** Another matcher of the same text. */
  public Matcher fork() {
    return new Matcher(grammar, position);
  }

  /**
   * Takes the last tokens back.
   *
   * @throws IllegalArgumentException if there are not so many
   */
  public void rollback(int tokens) {
    if (tokens < 0 || tokens > position.tokens) {
      throw new IllegalArgumentException(
          "cannot take back " + tokens + " tokens of " + position.tokens);
    }
    Position back = position;
    for (int i = 0; i < tokens && back.before != null; i++) {
      back = back.before;
    }
    position = back;
  }

  /**
   * The text that must come next, whatever is chosen: as far as there is only one way, in whole
   * characters, and at most 4,096 bytes. It need not be tokenized as the model would.
   */
  public String forcedText() {
    Machine machine = grammar.machine();
    ByteArrayOutputStream forced = new ByteArrayOutputStream();
    Configuration configuration = position.configuration;
    while (!position.stopped && !configuration.ended && forced.size() < FORCED_BYTES_MAX) {
      int only = onlyByte(machine, configuration);
      if (only < 0) {
        break;
      }
      forced.write(only);
      configuration = machine.step(configuration, (byte) only);
    }
    return WholeCharacters.of(forced.toByteArray());
  }

  private static int onlyByte(Machine machine, Configuration configuration) {
    int only = -1;
    for (int b = 0; b < 256; b++) {
      if (!machine.step(configuration, (byte) b).isDead()) {
        if (only >= 0) {
          return -1;
        }
        only = b;
      }
    }
    return only;
  }
}
