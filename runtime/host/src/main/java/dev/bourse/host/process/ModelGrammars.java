package dev.bourse.host.process;

import dev.bourse.grammar.CompiledGrammar;
import dev.bourse.grammar.Matcher;
import dev.bourse.grammar.TokenVocabulary;
import dev.bourse.text.Tokenizer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * The grammars of one model that were compiled last, for all processes: which tokens a grammar
 * allows does not depend on who asks. Thread safe.
 */
public final class ModelGrammars {

  /** Grammars that are kept when nobody uses them. */
  static final int GRAMMARS_MAX = 64;

  /** Their memory together; the one used last is kept in any case. */
  static final long BYTES_MAX = 256L << 20;

  /** Sets of special tokens that grammars were written with: one for text, one for calls. */
  private static final int VOCABULARIES_MAX = 4;

  private static final Map<Tokenizer, ModelGrammars> OF_TOKENIZERS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<Set<Integer>, TokenVocabulary> vocabularies =
      new LinkedHashMap<>(4, 0.75f, true);
  private final Map<String, CompiledGrammar> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private ModelGrammars() {}

  /** Those of a model. */
  public static ModelGrammars of(ServedModel model) {
    return OF_TOKENIZERS.computeIfAbsent(model.tokenizer(), tokenizer -> new ModelGrammars());
  }

  /**
   * A grammar for the model's tokens, compiled by the calling thread unless it is known.
   *
   * @throws dev.bourse.grammar.GrammarException if it is too large
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public CompiledGrammar compile(ServedModel model, GrammarSource source) {
    synchronized (compiled) {
      CompiledGrammar known = compiled.get(source.key());
      if (known != null) {
        return known;
      }
    }
    // Two who ask at the same time both compile; neither waits for a stranger.
    CompiledGrammar fresh =
        new CompiledGrammar(source.grammar(), vocabulary(model, source.special()));
    synchronized (compiled) {
      compiled.put(source.key(), fresh);
      evict();
    }
    return fresh;
  }

  /**
   * The tokens of what must come next, tokenized as any text, as far as the matcher takes them.
   *
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static int[] forcedTokens(ServedModel model, Matcher matcher) {
    Matcher ahead = matcher.fork();
    int[] tokens = model.tokenizer().encode(ahead.forcedText(), false, false);
    int count = 0;
    while (count < tokens.length && ahead.allows(tokens[count])) {
      ahead.accept(tokens[count++]);
    }
    return Arrays.copyOf(tokens, count);
  }

  /** How many grammars are kept. */
  public int size() {
    synchronized (compiled) {
      return compiled.size();
    }
  }

  private void evict() {
    long bytes = 0;
    for (CompiledGrammar each : compiled.values()) {
      bytes += each.bytes();
    }
    Iterator<CompiledGrammar> eldest = compiled.values().iterator();
    while (compiled.size() > GRAMMARS_MAX || (bytes > BYTES_MAX && compiled.size() > 1)) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  private TokenVocabulary vocabulary(ServedModel model, Set<Integer> special) {
    synchronized (vocabularies) {
      TokenVocabulary known = vocabularies.get(special);
      if (known != null) {
        return known;
      }
    }
    TokenVocabulary fresh = TokenVocabulary.of(model.tokenizer(), stops(model), special);
    synchronized (vocabularies) {
      vocabularies.put(special, fresh);
      if (vocabularies.size() > VOCABULARIES_MAX) {
        vocabularies.remove(vocabularies.keySet().iterator().next());
      }
      return fresh;
    }
  }

  /** Every token that ends an answer, by the vocabulary or by the template. */
  private static List<Integer> stops(ServedModel model) {
    List<Integer> ends = model.tokenizer().specialIds().endOfGeneration();
    try {
      return IntStream.concat(
              ends.stream().mapToInt(Integer::intValue), IntStream.of(model.chat().stopTokens()))
          .distinct()
          .boxed()
          .toList();
    } catch (IllegalArgumentException noTemplate) {
      return ends;
    }
  }
}
