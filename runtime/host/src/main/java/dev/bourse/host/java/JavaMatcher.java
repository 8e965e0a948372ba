package dev.bourse.host.java;

import dev.bourse.grammar.GrammarException;
import dev.bourse.grammar.Matcher;
import dev.bourse.host.process.DraftMasks;
import dev.bourse.host.process.GrammarSource;
import dev.bourse.host.process.ModelGrammars;
import dev.bourse.host.process.ServedModel;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.spi.GuestMatcher;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** The SDK's view of a matcher, in the host's own JVM. */
record JavaMatcher(JavaRuntime runtime, ServedModel model, Matcher matcher)
    implements GuestMatcher {

  static JavaMatcher of(JavaRuntime runtime, ServedModel model, Grammar grammar) {
    return call(
        runtime,
        () -> {
          GrammarSource source =
              switch (grammar) {
                case Grammar.JsonSchema(String schema) -> GrammarSource.jsonSchema(schema);
                case Grammar.Json() -> GrammarSource.json();
                case Grammar.Regex(String expression) -> GrammarSource.regex(expression);
                case Grammar.Ebnf(String rules) -> GrammarSource.ebnf(rules);
                case Grammar.Calls calls -> GrammarSource.calls(model, calls.tools());
              };
          return new JavaMatcher(
              runtime, model, ModelGrammars.of(model).compile(model, source).matcher());
        });
  }

  private static <T> T call(JavaRuntime runtime, Supplier<T> call) {
    return runtime.call(
        () -> {
          try {
            return call.get();
          } catch (GrammarException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
          } catch (CancellationException e) {
            throw new InterruptedException(e.getMessage());
          }
        });
  }

  private void run(Runnable action) {
    var _ =
        call(
            runtime,
            () -> {
              action.run();
              return true;
            });
  }

  @Override
  public void accept(int[] tokens) {
    run(() -> matcher.accept(tokens));
  }

  @Override
  public int[] nextTokenRuns() {
    return call(runtime, matcher::nextTokenRuns);
  }

  /** What it lets be drawn next and behind some drafts, of what other run lengths allow. */
  DraftMasks masks(Optional<int[]> allowed, int[] drafts) {
    int[] within = allowed.orElseGet(() -> new int[] {0, matcher.grammar().vocabulary().size()});
    return call(runtime, () -> DraftMasks.of(matcher.fork(), within, drafts));
  }

  @Override
  public boolean isTerminated() {
    return matcher.isTerminated();
  }

  @Override
  public boolean mayEnd() {
    return matcher.mayEnd();
  }

  @Override
  public void reset() {
    matcher.reset();
  }

  @Override
  public GuestMatcher fork() {
    return new JavaMatcher(runtime, model, matcher.fork());
  }

  @Override
  public void rollback(int tokens) {
    run(() -> matcher.rollback(tokens));
  }

  @Override
  public int[] forcedTokens() {
    return call(runtime, () -> ModelGrammars.forcedTokens(model, matcher));
  }

  @Override
  public Optional<int[]> closingTokens() {
    return call(runtime, matcher::closingTokens);
  }

  /** The collector frees it. */
  @Override
  public void close() {}
}
