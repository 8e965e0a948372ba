package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U16;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.variant;
import static dev.bourse.host.http.HttpTypes.DONE;
import static dev.bourse.host.http.HttpTypes.METHOD;
import static dev.bourse.host.http.HttpTypes.SCHEME;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Requests that a guest sends, and the responses to them. */
final class RequestImports {
  private RequestImports() {}

  /** Timeouts that a guest asks for. */
  static final class Options {
    static final ResourceType<Options> TYPE = ResourceType.of("request-options", Options.class);

    private Optional<Long> connect = Optional.empty();
    private Optional<Long> firstByte = Optional.empty();
    private Optional<Long> betweenBytes = Optional.empty();

    /** What holds: what is asked for, within what {@code most} permits. */
    Timeouts within(Timeouts most) {
      return new Timeouts(
          smaller(connect, most.connect()),
          smaller(firstByte, most.firstByte()),
          smaller(betweenBytes, most.betweenBytes()));
    }

    private static Duration smaller(Optional<Long> nanos, Duration most) {
      // A u64; what is negative as a long is longer than anything.
      return nanos.filter(n -> n >= 0 && n < most.toNanos()).map(Duration::ofNanos).orElse(most);
    }
  }

  /** A response that may not have come yet; given out once. */
  static final class FutureResponse {
    static final ResourceType<FutureResponse> TYPE =
        ResourceType.of("future-incoming-response", FutureResponse.class, FutureResponse::close);

    private final Exchange exchange;
    private boolean taken;

    FutureResponse(Exchange exchange) {
      this.exchange = exchange;
    }

    private void close() {
      if (!taken) {
        exchange.cancel();
      }
    }
  }

  /** A response that came. */
  static final class IncomingResponse {
    static final ResourceType<IncomingResponse> TYPE =
        ResourceType.of("incoming-response", IncomingResponse.class, IncomingResponse::close);

    private final Response response;
    private boolean consumed;

    IncomingResponse(Response response) {
      this.response = response;
    }

    private Case consume() {
      if (consumed) {
        return HttpTypes.nothing();
      }
      consumed = true;
      return HttpTypes.ok(new IncomingBody(response.body()));
    }

    private void close() {
      if (!consumed) {
        response.body().cancel();
      }
    }
  }

  static void addTo(ImportModule module) {
    addRequest(module);
    addOptions(module);
    addResponse(module);
  }

  private static void addRequest(ImportModule module) {
    WitType<OutgoingRequest> self = borrow(OutgoingRequest.TYPE);
    WitType<Optional<String>> text = option(STRING);
    module
        .function(
            "[constructor]outgoing-request",
            own(FieldsImports.TYPE),
            own(OutgoingRequest.TYPE),
            (guest, fields) -> new OutgoingRequest(fields))
        .function(
            "[method]outgoing-request.body",
            self,
            variant(own(OutgoingBody.TYPE), UNIT),
            (guest, r) -> r.takeBody().map(HttpTypes::ok).orElseGet(HttpTypes::nothing))
        .function("[method]outgoing-request.method", self, METHOD, (guest, r) -> r.method())
        .function(
            "[method]outgoing-request.set-method",
            self,
            METHOD,
            DONE,
            (guest, r, method) -> r.setMethod(method))
        .function("[method]outgoing-request.path-with-query", self, text, (guest, r) -> r.path())
        .function(
            "[method]outgoing-request.set-path-with-query",
            self,
            text,
            DONE,
            (guest, r, path) -> r.setPath(path))
        .function("[method]outgoing-request.scheme", self, option(SCHEME), (guest, r) -> r.scheme())
        .function(
            "[method]outgoing-request.set-scheme",
            self,
            option(SCHEME),
            DONE,
            (guest, r, scheme) -> r.setScheme(scheme))
        .function("[method]outgoing-request.authority", self, text, (guest, r) -> r.authority())
        .function(
            "[method]outgoing-request.set-authority",
            self,
            text,
            DONE,
            (guest, r, authority) -> r.setAuthority(authority))
        .function(
            "[method]outgoing-request.headers",
            self,
            own(FieldsImports.TYPE),
            (guest, r) -> r.fields())
        .drop(OutgoingRequest.TYPE);
  }

  private static void addOptions(ImportModule module) {
    WitType<Options> self = borrow(Options.TYPE);
    WitType<Optional<Long>> duration = option(U64);
    module
        .function("[constructor]request-options", own(Options.TYPE), guest -> new Options())
        .function(
            "[method]request-options.connect-timeout", self, duration, (guest, o) -> o.connect)
        .function(
            "[method]request-options.set-connect-timeout",
            self,
            duration,
            DONE,
            (guest, o, nanos) -> {
              o.connect = nanos;
              return true;
            })
        .function(
            "[method]request-options.first-byte-timeout", self, duration, (guest, o) -> o.firstByte)
        .function(
            "[method]request-options.set-first-byte-timeout",
            self,
            duration,
            DONE,
            (guest, o, nanos) -> {
              o.firstByte = nanos;
              return true;
            })
        .function(
            "[method]request-options.between-bytes-timeout",
            self,
            duration,
            (guest, o) -> o.betweenBytes)
        .function(
            "[method]request-options.set-between-bytes-timeout",
            self,
            duration,
            DONE,
            (guest, o, nanos) -> {
              o.betweenBytes = nanos;
              return true;
            })
        .drop(Options.TYPE);
  }

  private static void addResponse(ImportModule module) {
    WitType<FutureResponse> future = borrow(FutureResponse.TYPE);
    WitType<IncomingResponse> self = borrow(IncomingResponse.TYPE);
    module
        .function(
            "[method]future-incoming-response.subscribe",
            future,
            own(Pollable.TYPE),
            (guest, f) -> Pollable.of(f.exchange.response()))
        .function(
            "[method]future-incoming-response.get",
            future,
            option(variant(HttpTypes.fallible(own(IncomingResponse.TYPE)), UNIT)),
            (guest, f) -> get(f))
        .drop(FutureResponse.TYPE)
        .function("[method]incoming-response.status", self, U16, (guest, r) -> r.response.status())
        .function(
            "[method]incoming-response.headers",
            self,
            own(FieldsImports.TYPE),
            (guest, r) -> r.response.fields())
        .function(
            "[method]incoming-response.consume",
            self,
            variant(own(IncomingBody.TYPE), UNIT),
            (guest, r) -> r.consume())
        .drop(IncomingResponse.TYPE);
  }

  private static Optional<Case> get(FutureResponse future) {
    if (!future.exchange.response().isDone()) {
      return Optional.empty();
    }
    if (future.taken) {
      return Optional.of(HttpTypes.nothing());
    }
    future.taken = true;
    try {
      Response response = future.exchange.response().join();
      return Optional.of(HttpTypes.ok(HttpTypes.ok(new IncomingResponse(response))));
    } catch (CompletionException e) {
      return Optional.of(HttpTypes.ok(HttpTypes.error(Failure.of(e))));
    }
  }

  /** {@code outgoing-handler.handle}. */
  static Case handle(
      Guest guest, Network network, OutgoingRequest request, Optional<Options> options) {
    ProcessNetwork mine =
        guest.attached(ProcessNetwork.class, process -> new ProcessNetwork(process, network));
    try {
      Timeouts most = Timeouts.of(network.settings());
      Timeouts timeouts = options.map(o -> o.within(most)).orElse(most);
      Exchange exchange = mine.begin(request.head(), request.body(), timeouts);
      return HttpTypes.ok(new FutureResponse(exchange));
    } catch (HttpException e) {
      request.body().ifPresent(BodyPipe::cancel);
      return HttpTypes.error(e.error());
    }
  }
}
