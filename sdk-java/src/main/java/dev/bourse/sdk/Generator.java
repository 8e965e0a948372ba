package dev.bourse.sdk;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Continues a context token by token until a stop token or a limit.
 *
 * <p>Ask it for {@link #text all of the text}, iterate over it for pieces as they come, or take
 * {@link #nextToken tokens}. A piece is whole UTF-8: a character whose bytes come in several tokens
 * is held back until it is complete, so pieces can be empty of nothing and are never cut inside a
 * character.
 *
 * {@snippet :
 * Generator answer = context.generate(Sampler.topP(0.7f, 0.9f)).maxTokens(256).seed(7);
 * for (String piece : answer) {
 *   session.send(piece);
 * }
 * }
 *
 * <p>The generated tokens become part of the context; the stop token does not ({@link Context#seal}
 * adds what ends a turn). A generator can be left at any time and the context used as it is.
 */
public final class Generator implements Iterable<String> {
  /** Drafts that one pass verifies, at most. */
  private static final int DRAFTS_MAX = 8;

  /** The limit unless {@link #maxTokens} says otherwise. */
  public static final int DEFAULT_MAX_TOKENS = 256;

  private final Context context;
  private final Sampler sampler;
  private final TextPieces pieces;
  private int maxTokens = DEFAULT_MAX_TOKENS;
  private int[] stopTokens;
  private final int[] modelStopTokens;
  private long seed = Seeds.fresh();
  private Optional<Mask> logitMask = Optional.empty();
  private Optional<Matcher> constraint = Optional.empty();
  private boolean ownsConstraint;
  private @Nullable Drafter drafter;
  private int[] drawn = {};
  private int taken;
  private boolean stopped;
  private int acceptedDrafts;
  private final TokenBias bias = new TokenBias();
  private final Map<Integer, Integer> counts = new LinkedHashMap<>();
  private float presencePenalty;
  private float frequencyPenalty;
  private OptionalInt observedTokens = OptionalInt.empty();
  private Optional<Observation> observation = Optional.empty();
  private @Nullable PendingForward underWay;
  private int[] closing = {};
  private int closed;
  private int generated;
  private Optional<FinishReason> finishReason = Optional.empty();

  Generator(Context context, Sampler sampler) {
    this.context = context;
    this.sampler = sampler;
    this.pieces = new TextPieces(context.model());
    this.modelStopTokens = context.model().stopTokens();
    this.stopTokens = modelStopTokens;
  }

  /** Stops after {@code limit} tokens. */
  public Generator maxTokens(int limit) {
    Checks.atLeast("maxTokens", limit, 0);
    maxTokens = limit;
    return this;
  }

  /**
   * Stops at these tokens instead of the model's own; none at all means only the limit stops it.
   */
  public Generator stopTokens(int... tokens) {
    stopTokens = tokens.clone();
    return this;
  }

  /** Makes the draws reproducible: the same context and seed give the same tokens. */
  public Generator seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Allows only the token ids in {@code mask}. */
  public Generator logitMask(Mask mask) {
    logitMask = Optional.of(mask);
    return this;
  }

  /** Adds to the logit of a token before each draw, beside what is added to it already. */
  public Generator bias(int token, float amount) {
    bias.add(token, amount);
    return this;
  }

  /**
   * Has what was generated before come less often: from the logit of each token that was generated
   * so far, {@code presence} is taken once, and {@code frequency} for each time.
   */
  public Generator penalties(float presence, float frequency) {
    presencePenalty = presence;
    frequencyPenalty = frequency;
    return this;
  }

  /**
   * Has {@link #observation} tell how probable the model found each token.
   *
   * @param top how many of the most probable tokens to tell as well; 0 for none
   */
  public Generator observe(int top) {
    Checks.atLeast("top", top, 0);
    observedTokens = OptionalInt.of(top);
    return this;
  }

  /**
   * What the model made of the token drawn last; empty if none was asked for, or the token was not
   * drawn because a constrained text had to be brought to its end.
   */
  public Optional<Observation> observation() {
    return observation;
  }

  /**
   * Lets the model write only what {@code grammar} allows. When the limit is reached before the
   * text may end, it is brought to its end by the shortest way, with the tokens that this takes
   * above the limit.
   *
   * @throws InferletException with the place of what is malformed, not supported or too large
   */
  public Generator constrain(Grammar grammar) {
    constrain(context.model().matcher(grammar));
    ownsConstraint = true;
    return this;
  }

  /** The same with a matcher of one's own, which goes on from where it is and stays open. */
  public Generator constrain(Matcher matcher) {
    release();
    constraint = Optional.of(matcher);
    return this;
  }

  /**
   * Has {@code drafter} guess what comes next, up to 8 tokens at a time, and verifies its guesses
   * in one pass. The tokens are those that come without it. Several of them are drawn at once then:
   * the context has all of them, also those that nobody has asked this generator for. With a bias,
   * penalties or observations nothing is guessed.
   */
  public Generator drafts(Drafter drafter) {
    this.drafter = drafter;
    return this;
  }

  private void release() {
    if (ownsConstraint) {
      constraint.ifPresent(Matcher::close);
      constraint = Optional.empty();
      ownsConstraint = false;
    }
  }

  private OptionalInt finish(FinishReason reason) {
    finishReason = Optional.of(reason);
    release();
    return OptionalInt.empty();
  }

  /** The next of the tokens that close a constrained text. */
  private OptionalInt close() {
    if (closing.length == 0 && constraint.isPresent()) {
      Matcher matcher = constraint.get();
      closing = matcher.closingTokens().orElse(closing);
      matcher.accept(closing);
    }
    if (closed == closing.length) {
      return finish(FinishReason.LENGTH);
    }
    int token = closing[closed++];
    context.append(token);
    generated++;
    observation = Optional.empty();
    count(token);
    return OptionalInt.of(token);
  }

  /**
   * Has the next token computed, and does not wait: {@link #nextToken} does. Until then the context
   * can do nothing else. The tokens of several contexts that were started before the first is taken
   * are computed together:
   *
   * {@snippet :
   * generators.forEach(Generator::start);
   * generators.forEach(Generator::nextToken);
   * }
   */
  public Generator start() {
    boolean wanted = finishReason.isEmpty() && taken == drawn.length && !stopped;
    if (wanted && generated < maxTokens && underWay == null) {
      context.reopenLastToken();
      underWay = forward().start();
    }
    return this;
  }

  private Forward forward() {
    Forward forward = context.forward().drafts(drafts()).sample(sampler).seed(seed).bias(bias);
    counts.forEach(
        (token, count) -> forward.bias(token, -presencePenalty - frequencyPenalty * count));
    logitMask.ifPresent(forward::logitMask);
    constraint.ifPresent(forward::constrain);
    observedTokens.ifPresent(forward::observe);
    return forward;
  }

  /** Generates one token, or nothing once finished. */
  public OptionalInt nextToken() {
    if (finishReason.isPresent()) {
      return OptionalInt.empty();
    }
    start();
    PendingForward pass = underWay;
    if (pass != null) {
      underWay = null;
      draw(pass.await());
    } else if (taken == drawn.length && !stopped) {
      return close();
    }
    if (taken == drawn.length) {
      return finish(FinishReason.STOP);
    }
    count(drawn[taken]);
    return OptionalInt.of(drawn[taken++]);
  }

  private void count(int token) {
    if (presencePenalty != 0 || frequencyPenalty != 0) {
      Integer before = counts.get(token);
      counts.put(token, before == null ? 1 : before + 1);
    }
  }

  /** Takes the token that was drawn, and those before it that were drafted. */
  private void draw(ForwardOutput output) {
    observation = output.observations().stream().findFirst();
    int[] accepted = output.acceptedDrafts();
    int token = output.token();
    drawn = Arrays.copyOf(accepted, accepted.length + 1);
    drawn[accepted.length] = token;
    constraint.ifPresent(matcher -> matcher.accept(drawn));
    stopped = isStop(token) || constraint.map(Matcher::isTerminated).orElse(false);
    if (stopped) {
      drawn = accepted;
    } else {
      context.append(token);
    }
    taken = 0;
    generated += drawn.length;
    acceptedDrafts += accepted.length;
  }

  /** Guesses for the next pass: none that ends the text, and none above the limit. */
  private int[] drafts() {
    int most = Math.min(DRAFTS_MAX, maxTokens - generated - 1);
    Drafter guesser = drafter;
    // What bias or penalty there is behind a guess depends on the guess.
    boolean plain =
        bias.isEmpty() && presencePenalty == 0 && frequencyPenalty == 0 && observedTokens.isEmpty();
    if (guesser == null || most == 0 || !plain) {
      return new int[0];
    }
    int[] guess = guesser.draft(context.tokens(), most);
    int count = 0;
    while (count < Math.min(most, guess.length) && !ends(guess[count])) {
      count++;
    }
    return Arrays.copyOf(guess, count);
  }

  /** Whether nothing is drawn behind a token, by this generator or by a grammar. */
  private boolean ends(int token) {
    return isStop(token) || contains(modelStopTokens, token);
  }

  /** Generates to the end and returns the text not yet taken as pieces. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (String piece : this) {
      text.append(piece);
    }
    return text.toString();
  }

  /** Generates to the end and returns the tokens. */
  public int[] tokens() {
    int[] tokens = new int[16];
    int count = 0;
    for (OptionalInt next = nextToken(); next.isPresent(); next = nextToken()) {
      if (count == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * count);
      }
      tokens[count++] = next.getAsInt();
    }
    return Arrays.copyOf(tokens, count);
  }

  /** Generates as it is iterated: each piece is at least one whole character. */
  @Override
  public Iterator<String> iterator() {
    return new Iterator<>() {
      private @Nullable String piece;

      @Override
      public boolean hasNext() {
        if (piece == null) {
          piece = nextPiece();
        }
        return piece != null;
      }

      @Override
      public String next() {
        if (!hasNext() || piece == null) {
          throw new NoSuchElementException("the generator has finished");
        }
        String next = piece;
        piece = null;
        return next;
      }
    };
  }

  /** How many of the tokens were drafted: passes that were saved. */
  public int acceptedDrafts() {
    return acceptedDrafts;
  }

  /** How many tokens were generated, the stop token not counted. */
  public int generatedTokens() {
    return generated;
  }

  /** Why it stopped, or empty while it can go on. */
  public Optional<FinishReason> finishReason() {
    return finishReason;
  }

  private @Nullable String nextPiece() {
    for (OptionalInt next = nextToken(); next.isPresent(); next = nextToken()) {
      String piece = pieces.add(next.getAsInt());
      if (!piece.isEmpty()) {
        return piece;
      }
    }
    String rest = pieces.finish();
    return rest.isEmpty() ? null : rest;
  }

  private boolean isStop(int token) {
    return contains(stopTokens, token);
  }

  private static boolean contains(int[] tokens, int token) {
    for (int other : tokens) {
      if (other == token) {
        return true;
      }
    }
    return false;
  }
}
