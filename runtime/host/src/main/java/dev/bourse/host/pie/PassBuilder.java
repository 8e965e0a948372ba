package dev.bourse.host.pie;

import dev.bourse.engine.EngineException;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.grammar.Matcher;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.pie.AdapterImports.HostAdapter;
import dev.bourse.host.pie.InferenceImports.FutureOutput;
import dev.bourse.host.process.DraftMasks;
import dev.bourse.host.process.HostContext;
import dev.bourse.host.process.ServedModel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass that a guest is putting together. Its setters return nothing, so what is wrong
 * with their arguments is reported by {@link #execute}, which has a result.
 */
final class PassBuilder {
  /** Rows one pass may read, and calls that may say so, together: both are kept until it runs. */
  private static final int READS_MAX = 1 << 16;

  /** More than the tokens of any vocabulary. */
  private static final int BIASED_MAX = 1 << 20;

  /** What a list costs besides its elements, in their size. */
  private static final int LIST_INTS = 8;

  private final Guest guest;
  private final ServedModel model;
  private final ForwardRequest.Builder request = ForwardRequest.builder();
  private @Nullable HostContext context;
  private @Nullable String problem;
  private @Nullable GuestMatcher constraint;
  private int @Nullable [] allowed;
  private int[] drafts = {};
  private boolean draftsAreMasked;
  private @Nullable HostAdapter adapter;
  private @Nullable Long adapterSeed;
  private boolean executed;
  private int rows;
  private int reads;
  private int biased;
  private long heldBytes;

  PassBuilder(Guest guest, ServedModel model) {
    this.guest = guest;
    this.model = model;
  }

  Unit context(HostContext used) {
    if (!used.model().equals(model)) {
      refuse("the context belongs to " + used.model().name() + ", the pass to " + model.name());
    }
    context = used;
    return Unit.UNIT;
  }

  Unit input(int[] tokens, int[] positions) {
    return append(() -> request.input(tokens, positions), tokens, positions);
  }

  Unit drafts(int[] tokens, int[] positions) {
    drafts = Arrays.copyOf(drafts, drafts.length + tokens.length);
    System.arraycopy(tokens, 0, drafts, drafts.length - tokens.length, tokens.length);
    return append(() -> request.drafts(tokens, positions), tokens, positions);
  }

  private Unit append(Runnable setter, int[] tokens, int[] positions) {
    int most = model.engine().config().kvTokens();
    if (tokens.length > most - rows) {
      refuse("a pass of more tokens than the %d of the KV cache cannot run".formatted(most));
      return Unit.UNIT;
    }
    rows += tokens.length;
    hold(tokens.length + positions.length);
    return set(setter);
  }

  Unit proposeDrafts(boolean wanted) {
    request.proposeDrafts(wanted);
    return Unit.UNIT;
  }

  Unit attentionMasks(int[][] masks) {
    holdAll(masks);
    return set(() -> request.attentionMasks(masks));
  }

  Unit draftLogitMasks(int[][] masks) {
    holdAll(masks);
    draftsAreMasked = true;
    return set(() -> request.draftLogitMasks(masks));
  }

  Unit logitMask(int[] mask) {
    hold(mask.length);
    allowed = mask;
    return set(() -> request.logitMask(mask));
  }

  /** Draws only what may follow the text of the matcher, as it is now. */
  Unit constrain(GuestMatcher matcher) {
    if (!matcher.model().equals(model)) {
      refuse("the matcher is for " + matcher.model().name() + ", the pass for " + model.name());
      return Unit.UNIT;
    }
    release();
    constraint = matcher.fork();
    return Unit.UNIT;
  }

  private void release() {
    GuestMatcher forked = constraint;
    if (forked != null) {
      constraint = null;
      forked.close();
    }
  }

  /** The masks that the constraint makes of the guest's: one for the next token, one per draft. */
  private Unit applyConstraint(Matcher matcher) {
    int[] guests = allowed;
    int[] within = guests == null ? new int[] {0, matcher.grammar().vocabulary().size()} : guests;
    DraftMasks masks = DraftMasks.of(matcher, within, draftsAreMasked ? new int[0] : drafts);
    request.logitMask(masks.next());
    if (masks.behind().length > 0) {
      holdAll(masks.behind());
      request.draftLogitMasks(masks.behind());
    }
    return Unit.UNIT;
  }

  Unit read(int[] indices, Case sampler) {
    if (indices.length >= READS_MAX - reads) {
      refuse("a pass reads at most %d rows".formatted(READS_MAX));
      return Unit.UNIT;
    }
    reads += 1 + indices.length;
    hold(indices.length + LIST_INTS);
    return set(() -> request.read(SamplerType.lift(sampler), indices));
  }

  Unit bias(int[] tokens, float[] amounts) {
    if (tokens.length > BIASED_MAX - biased) {
      refuse("a pass has at most %d amounts of bias".formatted(BIASED_MAX));
      return Unit.UNIT;
    }
    biased += tokens.length;
    hold(tokens.length + amounts.length);
    return set(() -> request.bias(tokens, amounts));
  }

  Unit observe(long most) {
    return set(() -> request.observe((int) Math.min(most, Integer.MAX_VALUE)));
  }

  Unit seed(long seed) {
    request.seed(Long.hashCode(seed));
    return Unit.UNIT;
  }

  Unit adapter(HostAdapter used) {
    if (!used.model().equals(model)) {
      refuse("the adapter belongs to " + used.model().name() + ", the pass to " + model.name());
    }
    adapter = used;
    return Unit.UNIT;
  }

  Unit adapterSeed(long seed) {
    adapterSeed = seed;
    return Unit.UNIT;
  }

  /** What the adapter adds when the pass is run; for a seed, what its candidate does. */
  private void adapt() throws InterruptedException {
    HostAdapter used = adapter;
    if (used == null) {
      if (adapterSeed != null) {
        throw new IllegalArgumentException("the forward pass has an adapter seed, and no adapter");
      }
    } else if (adapterSeed != null) {
      request.adapter(used.adapter().candidate(adapterSeed));
    } else {
      used.adapter().weights().ifPresent(request::adapter);
    }
  }

  private void holdAll(int[][] lists) {
    hold(Arrays.stream(lists).mapToLong(list -> list.length + LIST_INTS).sum());
  }

  private void hold(long ints) {
    guest.hold(Integer.BYTES * ints);
    heldBytes += Integer.BYTES * ints;
  }

  /** Counts the parts no longer; what the engine has of them is bounded by a context's pages. */
  void close() {
    guest.letGo(heldBytes);
    heldBytes = 0;
    release();
  }

  private Unit set(Runnable setter) {
    try {
      setter.run();
    } catch (IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()));
    }
    return Unit.UNIT;
  }

  private void refuse(String reason) {
    if (problem == null) {
      problem = reason;
    }
  }

  /**
   * Hands the pass to the engine.
   *
   * @throws IllegalArgumentException when it cannot be run as it was put together
   * @throws dev.bourse.engine.EngineException when the engine refuses it
   */
  FutureOutput execute() throws InterruptedException {
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    if (executed) {
      throw new IllegalArgumentException("the forward pass was executed already");
    }
    HostContext target = context;
    if (target == null) {
      throw new IllegalArgumentException("the forward pass has no context");
    }
    executed = true;
    GuestMatcher matcher = constraint;
    if (matcher != null) {
      Unit _ = matcher.with(() -> applyConstraint(matcher.matcher()));
      release();
    }
    adapt();
    ForwardRequest complete = request.build();
    long bytes = model.engine().outputBytes(complete);
    guest.futures().take(1);
    guest.hold(bytes);
    try {
      return new FutureOutput(target.engine().forward(complete), guest, bytes);
    } catch (EngineException | IllegalArgumentException e) {
      guest.letGo(bytes);
      guest.futures().giveBack(1);
      throw e;
    }
  }
}
