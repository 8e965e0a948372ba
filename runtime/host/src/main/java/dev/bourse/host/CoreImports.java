package dev.bourse.host;

import static dev.bourse.host.WitTypes.BYTES;
import static dev.bourse.host.WitTypes.F64;
import static dev.bourse.host.WitTypes.STRING;
import static dev.bourse.host.WitTypes.UNIT;
import static dev.bourse.host.WitTypes.borrow;
import static dev.bourse.host.WitTypes.list;
import static dev.bourse.host.WitTypes.option;
import static dev.bourse.host.WitTypes.own;

import dev.bourse.engine.StepStatistics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code pie:core} types, session, runtime and scheduling. */
final class CoreImports {
  private CoreImports() {}

  /** What {@code runtime.version} says. */
  static final String VERSION = "bourse 0.1.0";

  /** Text that is still to come. */
  record FutureString(CompletableFuture<String> value, Mailbox mailbox) {
    static final ResourceType<FutureString> TYPE =
        ResourceType.of(
            "future-string",
            FutureString.class,
            future -> {
              // A message must not go to a receiver that no longer exists.
              if (!future.value().isDone()) {
                future.mailbox().forget(future.value());
              }
            });
  }

  /** Bytes that are still to come; nothing makes one yet, but guests import its functions. */
  record FutureBlob(CompletableFuture<byte[]> value) {
    static final ResourceType<FutureBlob> TYPE = ResourceType.of("future-blob", FutureBlob.class);
  }

  static ImportModule types() {
    return new ImportModule("pie:core/types")
        .function(
            "[method]future-string.pollable",
            borrow(FutureString.TYPE),
            own(Pollable.TYPE),
            (guest, future) -> Pollable.of(future.value()))
        .function(
            "[method]future-string.get",
            borrow(FutureString.TYPE),
            option(STRING),
            (guest, future) -> now(future.value()))
        .function(
            "[method]future-blob.pollable",
            borrow(FutureBlob.TYPE),
            own(Pollable.TYPE),
            (guest, future) -> Pollable.of(future.value()))
        .function(
            "[method]future-blob.get",
            borrow(FutureBlob.TYPE),
            option(BYTES),
            (guest, future) -> now(future.value()))
        .drop(FutureString.TYPE)
        .drop(FutureBlob.TYPE);
  }

  private static <T> Optional<T> now(CompletableFuture<T> future) {
    return future.isDone() ? Optional.of(future.join()) : Optional.empty();
  }

  static ImportModule session() {
    return new ImportModule("pie:core/session")
        .function(
            "send",
            STRING,
            UNIT,
            (guest, text) -> {
              guest.process().sendText(text);
              return Unit.UNIT;
            })
        .function(
            "receive",
            own(FutureString.TYPE),
            guest -> {
              Mailbox mailbox = guest.process().mailbox();
              CompletableFuture<String> message = mailbox.take();
              guest.process().wakeOn(message);
              return new FutureString(message, mailbox);
            });
  }

  static ImportModule runtime() {
    return new ImportModule("pie:core/runtime")
        .function("version", STRING, guest -> VERSION)
        .function("instance-id", STRING, guest -> guest.process().id())
        .function("username", STRING, guest -> guest.process().username())
        .function("models", list(STRING), guest -> guest.process().inference().modelNames());
  }

  /** Under first come, first served nothing is sold: every price is 0 and no account is kept. */
  static ImportModule scheduling() {
    return new ImportModule("pie:core/scheduling")
        .function("price", F64, guest -> 0.0)
        .function("rent", borrow(ContextImports.CONTEXT), F64, (guest, context) -> 0.0)
        .function("dividend", borrow(ModelImports.MODEL), F64, (guest, model) -> 0.0)
        .function(
            "latency",
            borrow(ContextImports.CONTEXT),
            F64,
            (guest, context) -> latencySeconds(context.model()))
        .function("balance", borrow(ModelImports.MODEL), F64, (guest, model) -> 0.0);
  }

  /** The mean time of a step: what a context waits for its next one when all are served in turn. */
  static double latencySeconds(ServedModel model) {
    StepStatistics statistics = model.engine().statistics();
    if (statistics.steps() == 0) {
      return 0;
    }
    long nanos =
        statistics.planNanos()
            + statistics.forwardNanos()
            + statistics.sampleNanos()
            + statistics.settleNanos();
    return nanos / 1e9 / statistics.steps();
  }
}
