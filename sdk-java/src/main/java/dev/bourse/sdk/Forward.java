package dev.bourse.sdk;

import dev.bourse.sdk.spi.ForwardRequest;
import dev.bourse.sdk.spi.GuestAdapter;
import dev.bourse.sdk.spi.GuestMatcher;
import dev.bourse.sdk.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A single forward pass: what goes in, what attends to what, and what is read where.
 *
 * <p>Its inputs are the context's pending tokens, if any, then the tokens given to {@link #input};
 * indices count them from 0. After {@link #execute} they are part of the context.
 *
 * {@snippet :
 * ForwardOutput output =
 *     context.forward().input(model.encode(" Paris")).read(0, Probe.entropy()).sample(Sampler.greedy()).execute();
 * float surprise = output.entropy(0);
 * int next = output.token(1);
 * }
 */
public final class Forward {
  private final Context context;
  private final TokenLog inputs;
  private final List<Request> requests = new ArrayList<>();
  private List<Mask> attentionMask = List.of();
  private Optional<Mask> logitMask = Optional.empty();
  private Optional<GuestMatcher> constraint = Optional.empty();
  private int[] drafts = {};
  private Optional<GuestAdapter> adapter;
  private final TokenBias bias = new TokenBias();
  private OptionalInt observedTokens = OptionalInt.empty();
  private int seed = Seeds.fresh();
  private boolean executed;

  Forward(Context context) {
    this.context = context;
    this.inputs = context.pendingLog();
    this.adapter = context.guestAdapter();
  }

  /** Adds tokens at the positions after the last one. */
  public Forward input(int... tokens) {
    for (int token : tokens) {
      inputs.add(token, nextPosition());
    }
    return this;
  }

  /** Adds tokens at positions of your own. */
  public Forward input(int[] tokens, int[] positions) {
    if (tokens.length != positions.length) {
      throw new IllegalArgumentException(
          tokens.length + " tokens but " + positions.length + " positions");
    }
    for (int i = 0; i < tokens.length; i++) {
      inputs.add(tokens[i], positions[i]);
    }
    return this;
  }

  /**
   * Adds guesses of what will be drawn after the last input. The pass computes them too, and draws
   * on after each for as long as it is the very token that is drawn; so what is drawn is what
   * passes one by one would draw. Those that were right become part of the context, and {@link
   * ForwardOutput#acceptedDrafts} tells them; the token behind them is what {@link
   * ForwardOutput#token()} holds.
   *
   * <p>Such a pass has one {@link #sample}, after the last input. Readouts may also be after a
   * draft: the drafts' indices follow those of the inputs.
   */
  public Forward drafts(int... tokens) {
    drafts = tokens.clone();
    return this;
  }

  /** Computes this pass with an adapter, whatever the {@linkplain Context#adapter context} has. */
  public Forward adapter(Adapter used) {
    adapter = Optional.of(used.guest());
    return this;
  }

  /**
   * Replaces the causal mask: one mask per input token and draft, over the tokens already evaluated
   * and the inputs, by their order in the context.
   */
  public Forward attentionMask(Mask... masks) {
    attentionMask = List.of(masks);
    return this;
  }

  /** Allows only the token ids in {@code mask} to be drawn, at every sampled index. */
  public Forward logitMask(Mask mask) {
    logitMask = Optional.of(mask);
    return this;
  }

  /**
   * Allows only tokens that may follow the text of {@code matcher} to be drawn, of those that a
   * {@link #logitMask} allows.
   */
  public Forward constrain(Matcher matcher) {
    constraint = Optional.of(matcher.guest());
    return this;
  }

  /**
   * Adds to the logit of a token before each draw, beside what is added to it already. Probes read
   * the logits as the model computed them.
   */
  public Forward bias(int token, float amount) {
    bias.add(token, amount);
    return this;
  }

  /** Adds to the logits of some tokens before each draw. */
  public Forward bias(TokenBias more) {
    bias.addAll(more);
    return this;
  }

  /**
   * Has {@link ForwardOutput#observations} tell how probable the model found each token that is
   * drawn.
   *
   * @param top how many of the most probable tokens to tell as well; 0 for none
   */
  public Forward observe(int top) {
    Checks.atLeast("top", top, 0);
    observedTokens = OptionalInt.of(top);
    return this;
  }

  /** Draws a token after the last input. */
  public Forward sample(Sampler sampler) {
    return readLast(sampler);
  }

  /** Draws a token after the input at {@code index}. */
  public Forward sample(int index, Sampler sampler) {
    return read(index, sampler);
  }

  /** Reads {@code readout} after the last input. */
  public Forward readLast(Readout readout) {
    requests.add(new Request(Optional.empty(), readout));
    return this;
  }

  /** Reads {@code readout} after the input at {@code index}. */
  public Forward read(int index, Readout readout) {
    requests.add(new Request(Optional.of(index), readout));
    return this;
  }

  /** Makes the draws reproducible: equal contexts, inputs and seeds draw equal tokens. */
  public Forward seed(long seed) {
    this.seed = Seeds.mix(seed);
    return this;
  }

  /**
   * Runs the pass and waits for it.
   *
   * @return one output per {@code sample} and {@code read}, in their order
   * @throws InferletException if the engine refuses or fails the pass; the context is as before
   */
  public ForwardOutput execute() {
    return start().await();
  }

  /**
   * Hands the pass to the engine and does not wait: with several contexts, their passes are
   * computed together.
   *
   * @throws InferletException if the engine refuses the pass; the context is as before
   */
  public PendingForward start() {
    if (executed) {
      throw new IllegalStateException(
          "this forward pass has run already; start another with context.forward()");
    }
    ForwardRequest request = request();
    executed = true;
    context.begin(request);
    return new PendingForward(context, request.slots().size());
  }

  /** The checked request. */
  ForwardRequest request() {
    int count = inputs.size();
    if (count == 0) {
      throw new IllegalStateException(
          "a forward pass needs at least one token: nothing is pending and none was given");
    }
    int all = count + drafts.length;
    if (!attentionMask.isEmpty() && attentionMask.size() != all) {
      throw new IllegalStateException(
          attentionMask.size()
              + " attention masks for "
              + all
              + " tokens: one is needed for each token");
    }
    List<Slot> slots = new ArrayList<>(requests.size());
    for (Request request : requests) {
      int index = request.index().orElse(count - 1);
      if (index < 0 || index >= all) {
        throw new IllegalStateException(
            "cannot read at index " + index + " of a pass over " + all + " tokens");
      }
      slots.add(new Slot(index, request.readout()));
    }
    return new ForwardRequest(
        inputs.tokens(0),
        inputs.positions(0),
        slots,
        attentionMask,
        logitMask,
        constraint,
        drafts,
        adapter,
        bias.isEmpty() ? Optional.empty() : Optional.of(bias),
        observedTokens,
        seed);
  }

  private int nextPosition() {
    return inputs.size() == 0 ? context.nextPosition() : inputs.nextPosition();
  }

  private record Request(Optional<Integer> index, Readout readout) {}
}
