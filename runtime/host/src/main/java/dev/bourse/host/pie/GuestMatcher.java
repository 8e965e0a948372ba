package dev.bourse.host.pie;

import dev.bourse.grammar.CompiledGrammar;
import dev.bourse.grammar.GrammarException;
import dev.bourse.grammar.Matcher;
import dev.bourse.host.abi.EngineCalls.Call;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.process.GrammarSource;
import dev.bourse.host.process.ModelGrammars;
import dev.bourse.host.process.ServedModel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** A matcher that a guest holds, with the memory that it takes. */
final class GuestMatcher {
  static final ResourceType<GuestMatcher> TYPE =
      ResourceType.of("matcher", GuestMatcher.class, GuestMatcher::close);

  /** What a matcher takes before it has accepted anything. */
  private static final long OWN_BYTES = 256;

  private final Guest guest;
  private final ServedModel model;
  private final Shared shared;
  private final Matcher matcher;
  private long held;

  /** A grammar that a guest holds. */
  static final class Source {
    static final ResourceType<Source> TYPE =
        ResourceType.of("grammar", Source.class, Source::close);

    private final Guest guest;
    private final GrammarSource source;
    private final long held;
    private final Map<ServedModel, Shared> compiled = new HashMap<>();

    Source(Guest guest, GrammarSource source) {
      this.guest = guest;
      this.source = source;
      held = source.grammar().bytes();
      guest.hold(held);
    }

    GrammarSource source() {
      return source;
    }

    private Shared compiled(ServedModel model) {
      Shared known = compiled.get(model);
      if (known == null) {
        known = new Shared(guest, model, source, () -> compiled.remove(model));
        compiled.put(model, known);
      }
      return known;
    }

    private void close() {
      guest.letGo(held);
    }
  }

  /** A compiled grammar, counted once for all matchers of one handle. */
  private static final class Shared {
    private final Guest guest;
    private final CompiledGrammar grammar;
    private final Runnable unused;
    private int users;
    private long held;

    /**
     * Compiles.
     *
     * @param unused what to do when its last matcher is gone
     */
    Shared(Guest guest, ServedModel model, GrammarSource source, Runnable unused) {
      this.guest = guest;
      this.grammar = ModelGrammars.of(model).compile(model, source);
      this.unused = unused;
    }

    void release() {
      users--;
      count();
      if (users == 0) {
        unused.run();
      }
    }

    /** Counts what the grammar has come to take: it learns with use. */
    void count() {
      long bytes = users == 0 ? 0 : grammar.bytes();
      long more = bytes - held;
      held = bytes;
      if (more > 0) {
        guest.hold(more);
      } else {
        guest.letGo(-more);
      }
    }
  }

  private GuestMatcher(Guest guest, ServedModel model, Shared shared, Matcher matcher) {
    this.guest = guest;
    this.model = model;
    this.shared = shared;
    this.matcher = matcher;
    shared.users++;
    count();
  }

  /**
   * A matcher at the beginning of a text.
   *
   * @throws IllegalArgumentException if the grammar is too large for the model's tokens
   */
  static GuestMatcher of(Guest guest, Source source, ServedModel model)
      throws InterruptedException {
    return stoppable(() -> of(guest, source.compiled(model), model));
  }

  /** The same, of a grammar that the guest has no handle of. */
  static GuestMatcher of(Guest guest, GrammarSource source, ServedModel model)
      throws InterruptedException {
    return stoppable(() -> of(guest, new Shared(guest, model, source, () -> {}), model));
  }

  private static GuestMatcher of(Guest guest, Shared shared, ServedModel model) {
    return new GuestMatcher(guest, model, shared, shared.grammar.matcher());
  }

  /** Another one of the same text. */
  GuestMatcher fork() {
    return new GuestMatcher(guest, model, shared, matcher.fork());
  }

  Matcher matcher() {
    return matcher;
  }

  ServedModel model() {
    return model;
  }

  /**
   * Does something with it, and counts what that took.
   *
   * @throws IllegalArgumentException if the matcher refuses
   */
  <T> T with(Call<T> call) throws InterruptedException {
    T result = stoppable(call);
    count();
    return result;
  }

  private static <T> T stoppable(Call<T> call) throws InterruptedException {
    try {
      return call.run();
    } catch (GrammarException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    } catch (CancellationException e) {
      throw new InterruptedException(e.getMessage());
    }
  }

  private void count() {
    long bytes = OWN_BYTES + matcher.bytes();
    long more = bytes - held;
    held = bytes;
    if (more > 0) {
      guest.hold(more);
    } else {
      guest.letGo(-more);
    }
    shared.count();
  }

  /** Counts it no longer; once only. */
  void close() {
    guest.letGo(held);
    held = 0;
    shared.release();
  }
}
