package dev.bourse.engine;

import dev.bourse.kv.PageTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
   * @param sampledTokens tokens drawn
   * @param firstTokenNanos from opening the process to its first drawn token; 0 if there is none
   * @param pages pages held now, shared ones counted once for each context
   * @param pagesPeak the most it ever held
   */
  public record Usage(
      long promptTokens,
      long decodedTokens,
      long sampledTokens,
      long firstTokenNanos,
      int pages,
      int pagesPeak) {}

  private final Engine engine;
  private final String name;
  private final int contextLimit;
  private final long seed;
  private final long openedNanos = System.nanoTime();
  private final Set<Context> contexts = new LinkedHashSet<>();
  private @Nullable String ended;
  private long contextsCreated;
  private long promptTokens;
  private long decodedTokens;
  private long sampledTokens;
  private long firstTokenNanos;
  private int pagesPeak;

  EngineProcess(Engine engine, String name, int contextLimit, long seed) {
    this.engine = engine;
    this.name = name;
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
          return adopt(new PageTable(engine.pool()), SplitMix.mix(seed, ++contextsCreated));
        });
  }

  public Usage usage() {
    return engine.locked(
        () ->
            new Usage(
                promptTokens,
                decodedTokens,
                sampledTokens,
                firstTokenNanos,
                pagesHeld(),
                pagesPeak));
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
    if (ended == null) {
      ended = reason;
    }
    List.copyOf(contexts).forEach(context -> context.discard(reason));
    contexts.clear();
    engine.forget(this);
    engine.pages.wakeAll();
  }

  Context adopt(PageTable table, long contextSeed) {
    Context context = new Context(engine, this, engine.nextContextId(), table, contextSeed);
    contexts.add(context);
    notePages();
    return context;
  }

  void forget(Context context) {
    contexts.remove(context);
  }

  Set<Context> contexts() {
    return contexts;
  }

  void requireOpen() {
    if (ended != null) {
      throw new EngineException(ended);
    }
  }

  void requireRoomForContext() {
    requireOpen();
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
