package dev.bourse.sdk;

import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.spi.ForwardRequest;
import dev.bourse.sdk.spi.GuestAdapter;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestOutput;
import dev.bourse.sdk.spi.GuestPass;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a model, and the KV cache that remembers it.
 *
 * <p>Text goes in through {@link #system}, {@link #user}, {@link #assistant} and {@link #append},
 * which cost nothing: they collect tokens in a <em>pending</em> buffer. {@link #flush}, {@link
 * #generate} and {@link #forward} evaluate what is pending. {@link #fork} makes a second context
 * that shares every full page with the first, so that many continuations cost one prompt:
 *
 * {@snippet :
 * try (Context document = model.newContext()) {
 *   document.system("Answer from this text.\n" + text).flush();
 *   for (String question : questions) {
 *     try (Context branch = document.fork()) {
 *       session.send(branch.user(question).cue().generate(Sampler.greedy()).maxTokens(64).text());
 *     }
 *   }
 * }
 * }
 *
 * <h2>Pages</h2>
 *
 * <p>The cache is kept in pages of {@link #pageSize} tokens. A page is <em>working</em> while it
 * can still change and <em>committed</em> once it is full: committed pages are immutable, shared
 * with forks, and found again by other contexts with the same beginning. This class reserves pages
 * before a pass and commits full ones after it, except those that hold the last {@link
 * #keepRemovable removable} tokens. At least the last token always stays working: that is what lets
 * {@link #generate} continue a context with nothing pending, by evaluating its last token once
 * more.
 */
public final class Context implements AutoCloseable {
  private final Model model;
  private final GuestContext guest;
  private final WorkingPages pages;
  private final TokenLog log;

  /** How many tokens of the log are in the cache; the rest is pending. */
  private int evaluated;

  /** A system text not yet rendered: some templates merge it into the first user turn. */
  private @Nullable String system;

  private int removable;
  private Optional<GuestAdapter> adapter = Optional.empty();
  private Receipt receipt = Receipt.NONE;
  private Bidding bidding = GuestContext::autoBid;
  private @Nullable UnderWay underWay;
  private boolean closed;

  /** A pass that was begun. */
  private record UnderWay(ForwardRequest request, GuestPass guest) {}

  Context(Model model, GuestContext guest) {
    this(model, guest, new TokenLog());
  }

  private Context(Model model, GuestContext guest, TokenLog log) {
    this.model = model;
    this.guest = guest;
    this.pages = new WorkingPages(guest);
    this.log = log;
  }

  /** A context whose pages are filled already. */
  static Context opened(Model model, GuestContext guest) {
    int length = guest.length();
    TokenLog log = new TokenLog(guest.tokens(0, length), guest.positions(0, length));
    Context context = new Context(model, guest, log);
    context.evaluated = length;
    return context;
  }

  /** The model this context belongs to. */
  public Model model() {
    return model;
  }

  /** Adds a system turn. */
  public Context system(String text) {
    renderSystem();
    system = text;
    return this;
  }

  /** Adds a user turn. */
  public Context user(String text) {
    checkOpen();
    GuestModel chat = model.guest();
    if (system != null) {
      String systemText = system;
      system = null;
      return addAll(chat.systemUser(systemText, text));
    }
    return addAll(log.size() == 0 ? chat.firstUser(text) : chat.user(text));
  }

  /**
   * Opens the conversation with tools, and with the system turn added before if there is one.
   *
   * @param tools JSON objects with {@code name}, {@code description} and {@code parameters}, a JSON
   *     Schema
   * @throws InferletException if one is not, or the model's template has no place for tools
   */
  public Context equip(String... tools) {
    checkOpen();
    Optional<String> before = Optional.ofNullable(system);
    int[] tokens = model.guest().equip(before, List.of(tools));
    system = null;
    return addAll(tokens);
  }

  /**
   * Adds what a call of a tool gave, after {@link #seal} has ended the turn that called it.
   *
   * @param name the tool
   * @param value the result, usually JSON
   */
  public Context answer(String name, String value) {
    renderSystem();
    return addAll(model.guest().answer(name, value));
  }

  /** Adds a whole assistant turn, as if the model had said it. */
  public Context assistant(String text) {
    renderSystem();
    return addAll(model.guest().assistant(text));
  }

  /**
   * Adds a whole assistant turn in which tools were called, as if the model had done so.
   *
   * @param text what it said before the calls; may be empty
   * @throws InferletException if the model's template has no place for it
   */
  public Context calling(String text, List<ToolDecoder.Call> calls) {
    renderSystem();
    return addAll(model.guest().calling(text, calls));
  }

  /** Opens an assistant turn: what is generated next is the model's answer. */
  public Context cue() {
    renderSystem();
    return addAll(model.guest().cue());
  }

  /** Ends the assistant turn that the model has generated, before the next user turn. */
  public Context seal() {
    renderSystem();
    return addAll(model.guest().seal());
  }

  /** Adds plain text, outside of any turn. */
  public Context append(String text) {
    renderSystem();
    return addAll(model.encode(text));
  }

  /** Adds tokens as they are. */
  public Context append(int... tokens) {
    renderSystem();
    return addAll(tokens);
  }

  /** Evaluates what is pending, so that forks share it. */
  public Context flush() {
    renderSystem();
    if (pendingTokens() > 0) {
      evaluate(new Forward(this).request());
    }
    return this;
  }

  /**
   * A second context with the same tokens, pending ones included. Full pages are shared, nothing is
   * evaluated again. The two are independent from here on; close both.
   */
  public Context fork() {
    checkOpen();
    Context fork = new Context(model, guest.fork(), log.copy());
    fork.evaluated = evaluated;
    fork.system = system;
    fork.removable = removable;
    fork.adapter = adapter;
    return fork;
  }

  /**
   * Removes the last {@code tokens} tokens, pending ones first.
   *
   * @throws IllegalArgumentException if that reaches into committed pages, which cannot change;
   *     {@link #keepRemovable} says how far back they may begin
   */
  public Context truncate(int tokens) {
    renderSystem();
    int limit = removableTokens();
    if (tokens < 0 || tokens > limit) {
      throw new IllegalArgumentException(
          "cannot remove the last "
              + tokens
              + " tokens: only the last "
              + limit
              + " can be, the others are in committed pages; call keepRemovable(n) before evaluating, or fork earlier");
    }
    log.truncate(log.size() - tokens);
    if (log.size() < evaluated) {
      uncompute(evaluated - log.size());
    }
    return this;
  }

  /**
   * Keeps at least the last {@code tokens} evaluated tokens out of committed pages from now on, so
   * that {@link #truncate} can remove them. The price: up to that many tokens more are copied, not
   * shared, by a fork.
   */
  public Context keepRemovable(int tokens) {
    Checks.atLeast("tokens", tokens, 0);
    removable = tokens;
    return this;
  }

  /**
   * Computes what is evaluated from now on with an adapter, in forks as well. What was evaluated
   * before stays what it is.
   *
   * @param used of this context's model; to be left open for as long as it is used
   */
  public Context adapter(Adapter used) {
    adapter = Optional.of(used.guest());
    return this;
  }

  /** Computes what is evaluated from now on with the model alone. */
  public Context withoutAdapter() {
    adapter = Optional.empty();
    return this;
  }

  Optional<GuestAdapter> guestAdapter() {
    return adapter;
  }

  /**
   * How many tokens {@link #truncate} can remove now. One evaluated token is left to continue from
   * when those before it are in committed pages.
   */
  public int removableTokens() {
    int kept = committedPages() > 0 ? 1 : 0;
    return pendingTokens() + guest.workingTokens() - kept;
  }

  /** The number of tokens, evaluated and pending. */
  public int length() {
    checkOpen();
    return log.size() + (system == null ? 0 : model.guest().system(system).length);
  }

  /** The number of tokens not yet evaluated. */
  public int pendingTokens() {
    return length() - evaluated;
  }

  /** The tokens, evaluated and pending. */
  public int[] tokens() {
    renderSystem();
    return log.tokens(0);
  }

  /** Tokens that one page holds. */
  public int pageSize() {
    checkOpen();
    return guest.tokensPerPage();
  }

  /** The number of committed pages, shared with forks. */
  public int committedPages() {
    checkOpen();
    return guest.committedPages();
  }

  /** The number of working pages, this context's own. */
  public int workingPages() {
    checkOpen();
    return guest.workingPages();
  }

  /** The number of evaluated tokens in working pages. */
  public int workingTokens() {
    checkOpen();
    return guest.workingTokens();
  }

  /**
   * Continues this context token by token. Nothing runs until the generator is asked for something.
   */
  public Generator generate(Sampler sampler) {
    checkOpen();
    return new Generator(this, sampler);
  }

  /** A single forward pass in full detail; it begins with the pending tokens. */
  public Forward forward() {
    renderSystem();
    return new Forward(this);
  }

  /**
   * Saves this context under a name, so that {@link Model#open} continues it, in this run or a
   * later one. What is pending is evaluated first; when the call returns, the snapshot is on disk.
   * Settings ({@link #keepRemovable}, {@link #bid}) are not part of it.
   *
   * @throws InferletException if the name is taken or not allowed, or it cannot be written
   */
  public Context save(String name) {
    return save(name, SaveOptions.DEFAULT);
  }

  /**
   * As {@link #save(String)}, with what it was made from.
   *
   * @throws IllegalArgumentException if the manifest records other tokens than this context has
   */
  public Context save(String name, ContextManifest manifest) {
    return save(name, SaveOptions.DEFAULT.withManifest(manifest));
  }

  /**
   * As {@link #save(String)}, with options.
   *
   * @throws IllegalArgumentException if its manifest records other tokens than this context has
   */
  public Context save(String name, SaveOptions options) {
    flush();
    options
        .manifest()
        .flatMap(manifest -> manifest.mismatch(log.tokens(0)))
        .ifPresent(
            mismatch -> {
              throw new IllegalArgumentException(mismatch.message());
            });
    guest.save(name, options);
    return this;
  }

  /** As {@link #save(String)}, under a name that is made up and returned. */
  public String snapshot() {
    flush();
    return guest.snapshot();
  }

  /**
   * Gives the memory of this context up, for instance before a long wait. Nothing is lost: the next
   * pass brings it back, from disk or by computing it again.
   */
  public Context suspend() {
    checkOpen();
    guest.suspend();
    return this;
  }

  /**
   * From now on a token sees the first {@code sinkTokens} tokens and the last {@code windowTokens},
   * itself included; what lies between leaves memory. Positions go on counting, and {@link #tokens}
   * still has them all.
   */
  public Context window(int sinkTokens, int windowTokens) {
    checkOpen();
    Checks.atLeast("sinkTokens", sinkTokens, 0);
    Checks.atLeast("windowTokens", windowTokens, 1);
    guest.window(sinkTokens, windowTokens);
    return this;
  }

  /**
   * Hides {@code count} full pages, from page {@code first} on, from every later token and frees
   * their memory.
   */
  public Context dropPages(int first, int count) {
    checkOpen();
    Checks.atLeast("first", first, 0);
    Checks.atLeast("count", count, 1);
    guest.dropPages(first, count);
    return this;
  }

  /** What all passes through this object took together; a fork begins anew. */
  public Receipt receipt() {
    return receipt;
  }

  /**
   * Bids for memory, and for token slots in proportion to the pages this context uses, from now on.
   * Without any of the calls that bid, the engine bids what the inferlet's account can keep up; so
   * do forks, whatever their parent bids.
   *
   * @param perPage credits for each page and step; 0, as negative numbers and NaN, bids nothing and
   *     lets it wait while others pay
   */
  public Context bid(double perPage) {
    return bidding(context -> context.bid(perPage));
  }

  /**
   * Bids for token slots and for memory from now on.
   *
   * @param perToken credits for each token computed; negative numbers and NaN count as 0
   * @param perPage credits for each page and step; negative numbers and NaN count as 0
   */
  public Context bid(double perToken, double perPage) {
    return bidding(context -> context.bid(perToken, perPage));
  }

  /** Has the engine bid again, as it does before the first bid. */
  public Context autoBid() {
    return bidding(GuestContext::autoBid);
  }

  /**
   * Tells the engine, for the bids that it makes, how many more steps this context will take; a
   * step is a token that is generated, or a piece of a prompt.
   *
   * @param steps at least 1; or 0 to have the engine guess
   */
  public Context horizon(int steps) {
    checkOpen();
    Checks.atLeast("steps", steps, 0);
    guest.horizon(steps);
    return this;
  }

  /**
   * Bids nothing until what is returned is closed, and then again what was bid before. For the time
   * that a tool takes: the context stays in memory as long as nobody else wants the space, and
   * costs nothing.
   *
   * {@snippet :
   * String answer;
   * try (var _ = context.idle()) {
   *   answer = session.receive();
   * }
   * }
   */
  public Idle idle() {
    Bidding before = bidding;
    bid(0);
    return new Idle(() -> resume(before));
  }

  /** What this context offers at this moment. */
  public Bids bids() {
    checkOpen();
    return guest.bids();
  }

  /** Credits that this context pays for its pages in a step at this moment. */
  public double rent() {
    checkOpen();
    return guest.rent();
  }

  /** Seconds that a step of the engine took so far, on average. */
  public double latency() {
    checkOpen();
    return guest.latency();
  }

  private Context bidding(Bidding next) {
    checkOpen();
    next.tell(guest);
    bidding = next;
    return this;
  }

  /** Bids as before, unless there is nobody left to bid. */
  private void resume(Bidding before) {
    if (!closed) {
      bidding(before);
    }
  }

  /** Tells the engine how to bid. */
  private interface Bidding {
    void tell(GuestContext context);
  }

  /** Frees the pages that no other context shares. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      guest.close();
    }
  }

  /** A view for {@link Forward}: the tokens not yet in the cache, and where the next one goes. */
  TokenLog pendingLog() {
    TokenLog pending = new TokenLog();
    int[] tokens = log.tokens(evaluated);
    int[] positions = log.positions(evaluated);
    for (int i = 0; i < tokens.length; i++) {
      pending.add(tokens[i], positions[i]);
    }
    return pending;
  }

  /** The position of a token appended now. */
  int nextPosition() {
    return log.nextPosition();
  }

  /** Makes the last evaluated token pending again, so that the next pass yields its logits. */
  void reopenLastToken() {
    renderSystem();
    if (log.size() > evaluated) {
      return;
    }
    if (evaluated == 0) {
      throw new IllegalStateException(
          "the context is empty: add something with user(…).cue() or append(…) first");
    }
    if (guest.workingTokens() == 0) {
      // Only another program's snapshot: this class never commits the last token.
      throw new IllegalStateException(
          "the last token lies in a committed page and cannot be evaluated again:"
              + " append something first");
    }
    uncompute(1);
  }

  /** Runs a pass whose first tokens are the pending ones, and records what it added. */
  GuestOutput evaluate(ForwardRequest request) {
    begin(request);
    return finish();
  }

  /** Hands a pass to the engine, whose first tokens are the pending ones. */
  void begin(ForwardRequest request) {
    checkOpen();
    pages.reserveFor(request.tokens().length + request.drafts().length);
    underWay = new UnderWay(request, guest.start(request));
  }

  /** Waits for the pass that was begun, and records what it added. */
  GuestOutput finish() {
    UnderWay pass = underWay;
    if (pass == null) {
      throw new IllegalStateException("no forward pass of this context is under way");
    }
    underWay = null;
    ForwardRequest request = pass.request();
    int drafts = request.drafts().length;
    GuestOutput output = pass.guest().await();
    receipt = receipt.plus(output.receipt());
    int accepted = output.slots().size() - request.slots().size();
    if (accepted < drafts) {
      guest.truncateWorkingTokens(drafts - accepted);
    }
    log.truncate(evaluated);
    record(request.tokens(), request.positions(), request.tokens().length);
    record(request.drafts(), request.draftPositions(), accepted);
    pages.commitAllBut(removable + 1);
    return output;
  }

  private void record(int[] tokens, int[] positions, int count) {
    for (int i = 0; i < count; i++) {
      log.add(tokens[i], positions[i]);
    }
    evaluated += count;
  }

  private void uncompute(int tokens) {
    pages.remove(tokens);
    evaluated -= tokens;
  }

  private void renderSystem() {
    checkOpen();
    if (system != null) {
      String text = system;
      system = null;
      addAll(model.guest().system(text));
    }
  }

  private Context addAll(int[] tokens) {
    for (int token : tokens) {
      log.add(token, log.nextPosition());
    }
    return this;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this context is closed");
    }
    if (underWay != null) {
      throw new IllegalStateException(
          "a forward pass of this context is under way: await it before anything else");
    }
  }
}
