package dev.bourse.grammar;

import java.util.BitSet;
import java.util.Optional;

/**
 * What one state says about the tokens, whatever is on the stack below it: the tokens that it
 * accepts, and those that reach the end of its rule and go on, so that the stack decides. All
 * others it rejects. The idea, and that the second kind is rare, is that of XGrammar (Dong et al.
 * 2024).
 *
 * @param accepted tokens that are allowed in any context
 * @param dependent tokens that have to be looked at in their context
 * @param visited how many nodes of the vocabulary's tree this took to find out
 */
record StateTokens(TokenSet accepted, TokenTrie dependent, long visited) {

  static StateTokens of(int state, Machine machine, CallSites sites, TokenGroup group) {
    return new Classification(machine, group.trie(), sites.after(state))
        .run(machine.at(state), group.tokens());
  }

  /** Bytes of memory, about. */
  long bytes() {
    return 64 + accepted.bytes() + 16L * dependent.nodes();
  }

  /** One walk through the tree, with what is certain and what is possible after each byte. */
  private static final class Classification {
    private final Machine machine;
    private final TokenTrie trie;

    /** Where the text may go on when the rule has ended; none if that is not known. */
    private final Optional<Configuration> after;

    private final Configuration dead;
    private final Configuration[] certain;
    private final Configuration[] possible;

    /** Whether anything at all may follow: two rules have ended, or nothing is known. */
    private final boolean[] anything;

    Classification(Machine machine, TokenTrie trie, Optional<int[]> sites) {
      this.machine = machine;
      this.trie = trie;
      after = sites.map(machine::at);
      dead = machine.at();
      certain = new Configuration[trie.maxDepth() + 1];
      possible = new Configuration[certain.length];
      anything = new boolean[certain.length];
    }

    StateTokens run(Configuration start, BitSet tokens) {
      BitSet accepted = new BitSet();
      BitSet dependent = new BitSet();
      certain[0] = start;
      possible[0] = dead;
      long visited = 0;
      for (int node = 0; node < trie.nodes(); ) {
        if (++visited % Interruption.STEPS == 0) {
          Interruption.check();
        }
        int depth = trie.depth(node);
        step(depth, trie.byteAt(node));
        if (!certain[depth].isDead()) {
          for (int i = 0; i < trie.tokenCount(node); i++) {
            accepted.set(trie.token(node, i));
          }
        } else if (anything[depth - 1] || !possible[depth].isDead()) {
          dependent.set(node, trie.tokenCount(node) > 0);
        } else {
          node = trie.end(node);
          continue;
        }
        node++;
      }
      return new StateTokens(TokenSet.of(accepted, tokens), trie.select(dependent), visited);
    }

    private void step(int depth, byte b) {
      int byteClass = machine.automaton().classOf(b);
      Configuration sure = machine.step(certain[depth - 1], byteClass);
      Configuration maybe = machine.step(possible[depth - 1], byteClass);
      boolean any = anything[depth - 1] || maybe.ended;
      if (sure.ended) {
        any |= after.isEmpty();
        if (after.isPresent()) {
          maybe = machine.union(maybe, after.get());
          any |= maybe.ended;
        }
      }
      certain[depth] = sure;
      possible[depth] = maybe;
      anything[depth] = any;
    }
  }
}
