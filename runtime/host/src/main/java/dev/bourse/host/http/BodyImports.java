package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.variant;
import static dev.bourse.host.http.HttpTypes.fallible;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.http.IncomingBody.FutureTrailers;
import dev.bourse.host.wasi.ByteSink;
import dev.bourse.host.wasi.ByteSource;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Bodies of either direction, and the trailers behind them. */
final class BodyImports {
  private BodyImports() {}

  static void addTo(ImportModule module) {
    module
        .function(
            "[method]incoming-body.stream",
            borrow(IncomingBody.TYPE),
            variant(own(ByteSource.TYPE), UNIT),
            (guest, body) ->
                body.stream(guest.process()).map(HttpTypes::ok).orElseGet(HttpTypes::nothing))
        .function(
            "[static]incoming-body.finish",
            own(IncomingBody.TYPE),
            own(FutureTrailers.TYPE),
            (guest, body) -> body.finish(guest.process()))
        .drop(IncomingBody.TYPE)
        .function(
            "[method]future-trailers.subscribe",
            borrow(FutureTrailers.TYPE),
            own(Pollable.TYPE),
            (guest, trailers) -> Pollable.of(trailers.future()))
        .function(
            "[method]future-trailers.get",
            borrow(FutureTrailers.TYPE),
            option(variant(fallible(option(own(FieldsImports.TYPE))), UNIT)),
            (guest, trailers) -> get(trailers))
        .drop(FutureTrailers.TYPE)
        .function(
            "[method]outgoing-body.write",
            borrow(OutgoingBody.TYPE),
            variant(own(ByteSink.TYPE), UNIT),
            (guest, body) ->
                body.stream(guest.process()).map(HttpTypes::ok).orElseGet(HttpTypes::nothing))
        .function(
            "[static]outgoing-body.finish",
            own(OutgoingBody.TYPE),
            option(own(FieldsImports.TYPE)),
            fallible(UNIT),
            (guest, body, trailers) ->
                body.finish(trailers.orElseGet(Fields::new))
                    .map(HttpTypes::error)
                    .orElseGet(() -> HttpTypes.ok(Unit.UNIT)))
        .drop(OutgoingBody.TYPE);
  }

  private static Optional<Case> get(FutureTrailers trailers) {
    if (!trailers.future().isDone()) {
      return Optional.empty();
    }
    if (!trailers.take()) {
      return Optional.of(HttpTypes.nothing());
    }
    try {
      Fields fields = trailers.future().join();
      return Optional.of(
          HttpTypes.ok(HttpTypes.ok(fields.isEmpty() ? Optional.empty() : Optional.of(fields))));
    } catch (CompletionException e) {
      return Optional.of(HttpTypes.ok(HttpTypes.error(Failure.of(e))));
    }
  }
}
