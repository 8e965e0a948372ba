package dev.bourse.bench;

import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A use of a model that computes the same tokens again and again, unless somebody keeps them. */
sealed interface Workload {
  int SYSTEM_TOKENS = 512;

  /** By requests that bring everything along. */
  void ask(Client client) throws InterruptedException, ExecutionException;

  /** By a program that keeps its contexts; {@code root} is empty. */
  void keep(Sequence root) throws InterruptedException, ExecutionException;

  /** Several answers to one prompt. */
  record BestOf(int answers, int answerTokens) implements Workload {
    @Override
    public void ask(Client client) throws InterruptedException, ExecutionException {
      for (int i = 0; i < answers; i++) {
        client.complete(system(), answerTokens);
      }
    }

    @Override
    public void keep(Sequence root) throws InterruptedException, ExecutionException {
      // Each fork computes the last token, to draw an answer of its own from it.
      int[] prompt = system();
      root.append(IntStream.of(prompt).limit(prompt.length - 1).toArray());
      for (int i = 0; i < answers; i++) {
        try (Sequence fork = root.fork()) {
          fork.generate(new int[] {prompt[prompt.length - 1]}, answerTokens);
        }
      }
    }
  }

  /** A tree of thoughts, each told apart from its siblings by a few tokens of its own. */
  record Tree(int levels, int children, int thoughtTokens) implements Workload {
    private static final int OWN_TOKENS = 4;

    @Override
    public void ask(Client client) throws InterruptedException, ExecutionException {
      ask(client, system(), 0);
    }

    private void ask(Client client, int[] path, int level)
        throws InterruptedException, ExecutionException {
      for (int child = 0; level < levels && child < children; child++) {
        int[] prompt = joined(path, own(level, child));
        ask(client, joined(prompt, client.complete(prompt, thoughtTokens)), level + 1);
      }
    }

    @Override
    public void keep(Sequence root) throws InterruptedException, ExecutionException {
      root.append(system());
      keep(root, new int[0], 0);
    }

    /** Continues {@code parent}, of whose thought {@code last} is drawn and not computed. */
    private void keep(Sequence parent, int[] last, int level)
        throws InterruptedException, ExecutionException {
      for (int child = 0; level < levels && child < children; child++) {
        try (Sequence fork = parent.fork()) {
          int[] thought = fork.generate(joined(last, own(level, child)), thoughtTokens);
          keep(fork, new int[] {thought[thoughtTokens - 1]}, level + 1);
        }
      }
    }

    private static int[] own(int level, int child) {
      return Sequence.tokens(100 + 10 * level + child, OWN_TOKENS);
    }
  }

  /** A conversation. */
  record Turns(int turns, int userTokens, int answerTokens) implements Workload {
    @Override
    public void ask(Client client) throws InterruptedException, ExecutionException {
      int[] conversation = system();
      for (int turn = 0; turn < turns; turn++) {
        int[] prompt = joined(conversation, user(turn));
        conversation = joined(prompt, client.complete(prompt, answerTokens));
      }
    }

    @Override
    public void keep(Sequence root) throws InterruptedException, ExecutionException {
      int[] next = system();
      for (int turn = 0; turn < turns; turn++) {
        int[] answer = root.generate(joined(next, user(turn)), answerTokens);
        next = new int[] {answer[answerTokens - 1]};
      }
    }

    private int[] user(int turn) {
      return Sequence.tokens(200 + turn, userTokens);
    }
  }

  private static int[] system() {
    return Sequence.tokens(1, SYSTEM_TOKENS);
  }

  private static int[] joined(int[]... parts) {
    return Stream.of(parts).flatMapToInt(IntStream::of).toArray();
  }
}
