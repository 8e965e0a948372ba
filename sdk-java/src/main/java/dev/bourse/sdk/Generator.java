package dev.bourse.sdk;

import java.util.Arrays;
import java.util.Iterator;
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
  /** The limit unless {@link #maxTokens} says otherwise. */
  public static final int DEFAULT_MAX_TOKENS = 256;

  private final Context context;
  private final Sampler sampler;
  private final TextPieces pieces;
  private int maxTokens = DEFAULT_MAX_TOKENS;
  private int[] stopTokens;
  private long seed = Seeds.fresh();
  private Optional<Mask> logitMask = Optional.empty();
  private Optional<Matcher> constraint = Optional.empty();
  private boolean ownsConstraint;
  private int[] closing = {};
  private int closed;
  private int generated;
  private Optional<FinishReason> finishReason = Optional.empty();

  Generator(Context context, Sampler sampler) {
    this.context = context;
    this.sampler = sampler;
    this.pieces = new TextPieces(context.model());
    this.stopTokens = context.model().stopTokens();
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
    return closed == closing.length ? finish(FinishReason.LENGTH) : take(closing[closed++]);
  }

  private OptionalInt take(int token) {
    context.append(token);
    generated++;
    return OptionalInt.of(token);
  }

  /** Generates one token, or nothing once finished. */
  public OptionalInt nextToken() {
    if (finishReason.isPresent()) {
      return OptionalInt.empty();
    }
    if (generated >= maxTokens) {
      return close();
    }
    context.reopenLastToken();
    Forward forward =
        context.forward().sample(sampler).mixedSeed(Seeds.mix(seed, context.length()));
    logitMask.ifPresent(forward::logitMask);
    constraint.ifPresent(forward::constrain);
    int token = forward.execute().token();
    constraint.ifPresent(matcher -> matcher.accept(token));
    if (isStop(token) || constraint.map(Matcher::isTerminated).orElse(false)) {
      return finish(FinishReason.STOP);
    }
    return take(token);
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
    for (int stop : stopTokens) {
      if (stop == token) {
        return true;
      }
    }
    return false;
  }
}
