package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.http.RequestImports.FutureResponse;
import dev.bourse.host.http.RequestImports.Options;
import dev.bourse.host.wasi.IoError;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code wasi:http@0.2}, by its modules. */
public final class HttpImports {
  private HttpImports() {}

  /** {@code wasi:http/types}. */
  public static ImportModule types() {
    ImportModule module = new ImportModule("wasi:http/types@0.2");
    FieldsImports.addTo(module);
    RequestImports.addTo(module);
    BodyImports.addTo(module);
    ServerImports.addTo(module);
    return module.function(
        "http-error-code",
        borrow(IoError.TYPE),
        option(HttpTypes.ERROR_CODE),
        (guest, error) ->
            error.code() instanceof HttpError known ? Optional.of(known) : Optional.empty());
  }

  /** {@code wasi:http/outgoing-handler}, over {@code network}. */
  public static ImportModule outgoingHandler(Network network) {
    return new ImportModule("wasi:http/outgoing-handler@0.2")
        .function(
            "handle",
            own(OutgoingRequest.TYPE),
            option(own(Options.TYPE)),
            HttpTypes.fallible(own(FutureResponse.TYPE)),
            (guest, request, options) -> RequestImports.handle(guest, network, request, options));
  }

  /**
   * The arguments of {@code wasi:http/incoming-handler.handle}, as handles of {@code guest}.
   *
   * @param response completes with what the guest answers, or with an {@link HttpException}
   */
  public static long[] arguments(
      Guest guest, ServedRequest request, CompletableFuture<Response> response) {
    return new long[] {
      guest.addResource(ServerImports.Incoming.TYPE, new ServerImports.Incoming(request)),
      guest.addResource(ServerImports.Outparam.TYPE, new ServerImports.Outparam(response))
    };
  }
}
