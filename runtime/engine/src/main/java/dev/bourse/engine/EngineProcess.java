package dev.bourse.engine;

import dev.bourse.kv.Lineage;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.snapshot.SnapshotInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one running program holds in the engine: its contexts and its account of use. Closing it
 * frees everything, whatever is in flight.
 */
public final class EngineProcess implements AutoCloseable {
  /**
   * What a process has used so far.
   *
   * @param promptTokens tokens computed that the model had not just sampled
   * @param decodedTokens tokens computed that it had
   * @param reusedTokens tokens of prompts that need not be computed, as somebody had before
   * @param restoredTokens tokens that were read back from disk
   * @param recomputedTokens tokens that went through the model once more
   * @param sampledTokens tokens drawn
   * @param firstTokenNanos from opening the process to its first drawn token; 0 if there is none
   * @param pages pages held now, shared ones counted once for each context
   * @param pagesPeak the most it ever held
   * @param paid credits that it paid
   */
  public record Usage(
      long promptTokens,
      long decodedTokens,
      long reusedTokens,
      long restoredTokens,
      long recomputedTokens,
      long sampledTokens,
      long firstTokenNanos,
      int pages,
      int pagesPeak,
      double paid) {}

  private final Engine engine;
  private final long number;
  private final String name;
  private final String user;
  private final Lineage lineage;
  private final Account account;
  private final int contextLimit;
  private final long seed;
  private final long openedNanos = System.nanoTime();
  private final Set<Context> contexts = new LinkedHashSet<>();
  private Bid firstBid = Bid.AUTO;
  private @Nullable String ended;
  private long contextsCreated;
  private long promptTokens;
  private long decodedTokens;
  private long reusedTokens;
  private long restoredTokens;
  private long recomputedTokens;
  private long sampledTokens;
  private long firstTokenNanos;
  private int pagesPeak;
  private long paidMicros;

  EngineProcess(
      Engine engine,
      long number,
      String name,
      String user,
      Account account,
      int contextLimit,
      long seed) {
    this.engine = engine;
    this.number = number;
    this.name = name;
    this.user = user;
    this.account = account;
    this.lineage = engine.cache().lineage("user:" + user);
    this.contextLimit = contextLimit;
    this.seed = seed;
  }

  public String name() {
    return name;
  }

  /**
   * A new, empty context.
   *
   * @throws EngineException if the process has as many as it may
   */
  public Context newContext() {
    return engine.locked(
        () -> {
          requireRoomForContext();
          return adopt(new PageTable(engine.cache(), lineage), nextSeed());
        });
  }

  /** Whose snapshots it sees, and whose pages it shares. */
  public String user() {
    return user;
  }

  /**
   * A context with the contents of a snapshot, which stays. Its pages are read when the first pass
   * needs them.
   *
   * @param snapshot a name of this process's user, or {@code @owner/name} for what another user has
   *     granted
   * @throws EngineException if there is no such snapshot, or it was made with another model,
   *     tokenizer or template
   */
  public Context open(String snapshot) throws InterruptedException {
    return engine.snapshots().open(this, snapshot, contextManifest -> {});
  }

  /**
   * As {@link #open(String)}, if {@code check} has nothing against it.
   *
   * @param check is given the {@link SaveOptions#contextManifest} of the very snapshot that is
   *     opened, and throws what this method shall throw
   */
  public Context open(String snapshot, Consumer<Optional<String>> check)
      throws InterruptedException {
    return engine.snapshots().open(this, snapshot, check);
  }

  /**
   * Whether there is a snapshot of this name that this process may open.
   *
   * @throws EngineException if it is no name, or nobody can say
   */
  public boolean hasSnapshot(String snapshot) {
    return engine.snapshots().has(this, snapshot);
  }

  /**
   * As {@link #open(String)}, and the snapshot is deleted in the same step; only of the user's own.
   */
  public Context take(String snapshot) throws InterruptedException {
    return engine.snapshots().take(this, snapshot);
  }

  /** Deletes a snapshot; contexts that were opened from it stay. */
  public void deleteSnapshot(String snapshot) {
    engine.snapshots().delete(this, snapshot);
  }

  /**
   * Lays credits by for one of the user's snapshots to be kept in memory, where it is opened at
   * once. It pays rent like a context that does nothing. When the credits are spent, or others bid
   * more, it is on disk only; what is left goes back to this process's account.
   *
   * @param credits instead of what was laid by before; 0 for nothing
   * @throws EngineException if there is no such snapshot, or the account does not have so much
   */
  public void fundSnapshot(String snapshot, double credits) throws InterruptedException {
    engine.snapshots().fund(this, snapshot, credits);
  }

  /** Credits that are left for a snapshot; empty if nobody pays for it to be kept in memory. */
  public OptionalDouble snapshotFunds(String snapshot) {
    return engine.snapshots().funds(this, snapshot);
  }

  /** Gives a snapshot another name, which must be free. */
  public void renameSnapshot(String from, String to) {
    engine.snapshots().rename(this, from, to);
  }

  /** The user's snapshots in order of their names. */
  public List<SnapshotInfo> snapshots() {
    return engine.snapshots().list(this);
  }

  /** One snapshot; {@code @owner/name} for what another user has granted. */
  public SnapshotInfo snapshot(String snapshot) {
    return engine.snapshots().describe(this, snapshot);
  }

  /** What its author wrote with it; see {@link SaveOptions#contextManifest}. */
  public Optional<String> contextManifest(String snapshot) {
    return engine.snapshots().contextManifest(this, snapshot);
  }

  public Usage usage() {
    return engine.locked(
        () ->
            new Usage(
                promptTokens,
                decodedTokens,
                reusedTokens,
                restoredTokens,
                recomputedTokens,
                sampledTokens,
                firstTokenNanos,
                pagesHeld(),
                pagesPeak,
                Credits.of(paidMicros)));
  }

  /**
   * What its contexts, and those of its children, offer until they bid by themselves; until this is
   * called, the engine bids for them. Those that it has already stay as they are.
   */
  public void bidAtFirst(Context.Bids bids) {
    engine.locked(
        () -> {
          firstBid = new Bid.Both(Credits.bid(bids.perToken()), Credits.bid(bids.perPage()));
          return null;
        });
  }

  /** What it can spend. */
  public AccountView account() {
    return engine.locked(() -> engine.exchange.accounts().view(requireOpen().account));
  }

  /**
   * A process of the same user that spends from this one's account, or from one of its own that
   * comes out of it.
   *
   * @param budget what it has of its own; null for nothing
   * @throws EngineException if this process does not have so much
   */
  public EngineProcess openChild(String childName, int childContexts, @Nullable Budget budget) {
    return engine.locked(
        () -> {
          EngineProcess child =
              engine.open(childName, user, childContexts, budget, () -> requireOpen().account);
          child.firstBid = firstBid;
          return child;
        });
  }

  @Override
  public void close() {
    engine.locked(
        () -> {
          end("the process has ended");
          return null;
        });
  }

  // What follows is for the engine, with its lock held.

  void end(String reason) {
    if (ended != null) {
      return;
    }
    ended = reason;
    List.copyOf(contexts).forEach(context -> context.discard(reason));
    account.addContexts(-contexts.size());
    contexts.clear();
    engine.forget(this);
    engine.exchange.accounts().leave(account);
    engine.frames.wakeAll();
  }

  long number() {
    return number;
  }

  Lineage lineage() {
    return lineage;
  }

  Bid firstBid() {
    return firstBid;
  }

  /** Who pays for it. */
  Account payer() {
    return account;
  }

  /**
   * Counts tokens that are to be computed.
   *
   * @throws BudgetExhaustedException if the budget does not have so many
   */
  void spendTokens(int tokens) {
    engine.exchange.accounts().spendTokens(this, tokens);
  }

  /** Tokens are not computed after all; called at the latest while the process ends. */
  void returnTokens(int tokens) {
    engine.exchange.accounts().returnTokens(account, tokens);
  }

  /** Micro-credits were paid for what it used. */
  void paid(long micros) {
    paidMicros += micros;
    account.paid(micros);
  }

  long nextSeed() {
    return SplitMix.mix(seed, ++contextsCreated);
  }

  Context adopt(PageTable table, long contextSeed) {
    Context context = new Context(engine, this, engine.nextContextId(), table, contextSeed);
    contexts.add(context);
    account.addContexts(1);
    notePages();
    return context;
  }

  void forget(Context context) {
    if (contexts.remove(context)) {
      account.addContexts(-1);
    }
  }

  Set<Context> contexts() {
    return contexts;
  }

  private EngineProcess requireOpen() {
    if (ended != null) {
      throw new EngineException(ended);
    }
    return this;
  }

  void requireRoomForContext() {
    requireOpen().account.requireRoomForContext(user);
    if (contexts.size() >= contextLimit) {
      throw new EngineException(
          "process " + name + " has " + contexts.size() + " contexts, its limit: close some first");
    }
  }

  int pagesHeld() {
    return contexts.stream().mapToInt(context -> context.table().pageCount()).sum();
  }

  void computed(boolean decode, int tokens) {
    if (decode) {
      decodedTokens++;
      promptTokens += tokens - 1;
    } else {
      promptTokens += tokens;
    }
  }

  void reused(int tokens) {
    reusedTokens += tokens;
    engine.tokens = engine.tokens.reused(tokens);
  }

  void restored(int tokens) {
    restoredTokens += tokens;
    engine.tokens = engine.tokens.restored(tokens);
  }

  void recomputed(int tokens) {
    recomputedTokens += tokens;
    engine.tokens = engine.tokens.recomputed(tokens);
  }

  void sampled() {
    if (sampledTokens++ == 0) {
      firstTokenNanos = System.nanoTime() - openedNanos;
    }
  }

  /** Pages were added to one of the contexts. */
  void notePages() {
    pagesPeak = Math.max(pagesPeak, pagesHeld());
  }
}
