package dev.bourse.grammar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A grammar for one vocabulary. What each state of the grammar says about the tokens is found out
 * here, up to a budget, and for the other states when text first gets there; masks are kept as long
 * as there is room. Safe for use by many threads; share it.
 */
public final class CompiledGrammar {

  /** Nodes of the vocabulary's tree that are visited ahead of time; about 0.2 s. */
  private static final long AHEAD_MAX = 10_000_000;

  /** Memory for what states say about tokens; when it is used up all of it is dropped. */
  private static final long STATE_BYTES_MAX = 64L << 20;

  /** Memory for whole masks. */
  private static final long MASK_BYTES_MAX = 8L << 20;

  private final TokenVocabulary vocabulary;
  private final Machine machine;
  private final CallSites sites;

  /** For each state the one that knows the same about short tokens. */
  private final int[] lookalike;

  private final AtomicReferenceArray<StateTokens> aboutShort;
  private final AtomicReferenceArray<StateTokens> aboutLong;
  private final AtomicLong stateBytes = new AtomicLong();
  private final Map<Configuration, long[]> masks;

  /**
   * Joins a grammar and a vocabulary.
   *
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public CompiledGrammar(Grammar grammar, TokenVocabulary vocabulary) {
    this.vocabulary = vocabulary;
    machine = new Machine(grammar.automaton());
    sites = new CallSites(grammar.automaton());
    lookalike = Lookalikes.of(grammar.automaton(), sites);
    aboutShort = new AtomicReferenceArray<>(lookalike.length);
    aboutLong = new AtomicReferenceArray<>(lookalike.length);
    long maskBytes = 8L * vocabulary.maskWords() + 128;
    masks = leastRecentlyUsed(Math.clamp(MASK_BYTES_MAX / maskBytes, 16, 4096));
    prepare();
  }

  /** How much memory it takes at present, about, in bytes: it grows and shrinks with use. */
  public long bytes() {
    long masked;
    synchronized (masks) {
      masked = masks.size();
    }
    return machine.bytes() + stateBytes.get() + masked * (8L * vocabulary.maskWords() + 128);
  }

  private void prepare() {
    long visited = 0;
    for (int state = 0; state < lookalike.length && visited < AHEAD_MAX; state++) {
      Interruption.check();
      if (machine.isKept(state)) {
        boolean first = aboutShort.get(lookalike[state]) == null;
        visited += first ? aboutShort(state).visited() : 0;
        visited += aboutLong(state).visited();
      }
    }
  }

  private static Map<Configuration, long[]> leastRecentlyUsed(int max) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<Configuration, long[]> eldest) {
        return size() > max;
      }
    };
  }

  /** A matcher at the beginning of a text. */
  public Matcher matcher() {
    return new Matcher(this);
  }

  /** The vocabulary that masks are over. */
  public TokenVocabulary vocabulary() {
    return vocabulary;
  }

  Machine machine() {
    return machine;
  }

  /** The tokens allowed in a configuration: an array that is shared and not to be written to. */
  long[] mask(Configuration configuration) {
    synchronized (masks) {
      long[] known = masks.get(configuration);
      if (known != null) {
        return known;
      }
    }
    long[] mask = compute(configuration);
    synchronized (masks) {
      masks.put(configuration, mask);
    }
    return mask;
  }

  private long[] compute(Configuration configuration) {
    long[] mask = new long[vocabulary.maskWords()];
    if (configuration.ended) {
      vocabulary.addStops(mask);
    }
    if (configuration.depth() + vocabulary.longest() >= Limits.DEPTH_MAX) {
      // A token might go too deep, which only the whole stack tells.
      walk(vocabulary.trie(), configuration, mask);
      return mask;
    }
    long[] scratch = new long[mask.length];
    for (int i = 0; i < configuration.states.length; i++) {
      int state = configuration.states[i];
      if (i == 0 || state != configuration.states[i - 1]) {
        StateTokens said = aboutShort(state);
        said.accepted().addTo(mask, vocabulary.shortTokens().bits(), scratch);
        walk(said.dependent(), configuration, mask);
        said = aboutLong(state);
        said.accepted().addTo(mask, vocabulary.longTokens().bits(), scratch);
        walk(said.dependent(), configuration, mask);
      }
    }
    return mask;
  }

  /** Adds the tokens of a tree that a configuration accepts. */
  private void walk(TokenTrie trie, Configuration start, long[] mask) {
    if (trie.nodes() == 0) {
      return;
    }
    Automaton automaton = machine.automaton();
    Configuration[] path = new Configuration[vocabulary.longest() + 1];
    path[0] = start;
    int steps = 0;
    for (int node = 0; node < trie.nodes(); ) {
      if (++steps % Interruption.STEPS == 0) {
        Interruption.check();
      }
      int depth = trie.depth(node);
      Configuration here = machine.step(path[depth - 1], automaton.classOf(trie.byteAt(node)));
      if (here.isDead()) {
        node = trie.end(node);
        continue;
      }
      path[depth] = here;
      for (int i = 0; i < trie.tokenCount(node); i++) {
        int token = trie.token(node, i);
        mask[token >> 6] |= 1L << token;
      }
      node++;
    }
  }

  private StateTokens aboutShort(int state) {
    return known(aboutShort, lookalike[state], vocabulary.shortTokens());
  }

  private StateTokens aboutLong(int state) {
    return known(aboutLong, state, vocabulary.longTokens());
  }

  private StateTokens known(AtomicReferenceArray<StateTokens> states, int state, TokenGroup group) {
    StateTokens known = states.get(state);
    if (known != null) {
      return known;
    }
    StateTokens said = StateTokens.of(state, machine, sites, group);
    if (stateBytes.addAndGet(said.bytes()) > STATE_BYTES_MAX) {
      stateBytes.set(said.bytes());
      for (int i = 0; i < lookalike.length; i++) {
        aboutShort.set(i, null);
        aboutLong.set(i, null);
      }
    }
    states.set(state, said);
    return said;
  }
}
