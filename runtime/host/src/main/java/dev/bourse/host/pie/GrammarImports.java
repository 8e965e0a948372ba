package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.GrammarSource;
import dev.bourse.host.process.ModelGrammars;
import java.util.Optional;
import java.util.function.Supplier;

/** Grammars and matchers of {@code pie:core/inference}, and what {@code bourse:inference} adds. */
final class GrammarImports {
  private GrammarImports() {}

  static final WitType<GuestMatcher> MATCHER = borrow(GuestMatcher.TYPE);

  static ImportModule addTo(ImportModule module) {
    return module
        .function(
            "[static]grammar.from-json-schema",
            STRING,
            result(own(GuestMatcher.Source.TYPE)),
            (guest, schema) -> make(guest, () -> GrammarSource.jsonSchema(schema)))
        .function(
            "[static]grammar.json",
            own(GuestMatcher.Source.TYPE),
            guest -> new GuestMatcher.Source(guest, GrammarSource.json()))
        .function(
            "[static]grammar.from-regex",
            STRING,
            result(own(GuestMatcher.Source.TYPE)),
            (guest, regex) -> make(guest, () -> GrammarSource.regex(regex)))
        .function(
            "[static]grammar.from-ebnf",
            STRING,
            result(own(GuestMatcher.Source.TYPE)),
            (guest, ebnf) -> make(guest, () -> GrammarSource.ebnf(ebnf)))
        .function(
            "[method]grammar.to-string",
            borrow(GuestMatcher.Source.TYPE),
            STRING,
            (guest, grammar) -> grammar.source().grammar().toString())
        .function(
            "[constructor]matcher",
            borrow(GuestMatcher.Source.TYPE),
            borrow(ModelImports.TOKENIZER),
            own(GuestMatcher.TYPE),
            (guest, grammar, model) ->
                EngineCalls.value(() -> GuestMatcher.of(guest, grammar, model)))
        .function(
            "[method]matcher.accept-tokens",
            MATCHER,
            U32_LIST,
            result(UNIT),
            (guest, matcher, tokens) ->
                EngineCalls.attemptDo(() -> run(matcher, () -> matcher.matcher().accept(tokens))))
        .function(
            "[method]matcher.next-token-logit-mask",
            MATCHER,
            U32_LIST,
            (guest, matcher) ->
                EngineCalls.value(() -> matcher.with(() -> matcher.matcher().nextTokenRuns())))
        .function(
            "[method]matcher.is-terminated",
            MATCHER,
            BOOL,
            (guest, matcher) -> matcher.matcher().isTerminated())
        .function(
            "[method]matcher.reset",
            MATCHER,
            UNIT,
            (guest, matcher) ->
                EngineCalls.require(() -> run(matcher, () -> matcher.matcher().reset())))
        .drop(GuestMatcher.Source.TYPE)
        .drop(GuestMatcher.TYPE);
  }

  static ImportModule addExtensionTo(ImportModule module) {
    return module
        .function(
            "[method]matcher.fork",
            MATCHER,
            own(GuestMatcher.TYPE),
            (guest, matcher) -> matcher.fork())
        .function(
            "[method]matcher.rollback",
            MATCHER,
            U32,
            result(UNIT),
            (guest, matcher, tokens) ->
                EngineCalls.attemptDo(
                    () -> {
                      int count = EngineCalls.count("tokens", tokens);
                      run(matcher, () -> matcher.matcher().rollback(count));
                    }))
        .function(
            "[method]matcher.may-end",
            MATCHER,
            BOOL,
            (guest, matcher) -> matcher.matcher().mayEnd())
        .function(
            "[method]matcher.forced-tokens",
            MATCHER,
            U32_LIST,
            (guest, matcher) ->
                EngineCalls.value(
                    () ->
                        matcher.with(
                            () -> ModelGrammars.forcedTokens(matcher.model(), matcher.matcher()))))
        .function(
            "[method]matcher.closing-tokens",
            MATCHER,
            option(U32_LIST),
            (guest, matcher) ->
                EngineCalls.<Optional<int[]>>value(
                    () -> matcher.with(() -> matcher.matcher().closingTokens())));
  }

  private static Result<GuestMatcher.Source> make(Guest guest, Supplier<GrammarSource> source)
      throws InterruptedException {
    return EngineCalls.attempt(() -> new GuestMatcher.Source(guest, source.get()));
  }

  private static void run(GuestMatcher matcher, Runnable action) throws InterruptedException {
    Unit _ =
        matcher.with(
            () -> {
              action.run();
              return Unit.UNIT;
            });
  }
}
