package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.process.Mailbox;
import dev.bourse.host.process.Tally;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code pie:core} types, session and runtime. */
public final class CoreImports {
  private CoreImports() {}

  /** What {@code runtime.version} says. */
  public static final String VERSION = "bourse 0.1.0";

  /** Text that is still to come. */
  public record FutureString(CompletableFuture<String> value, Mailbox mailbox, Tally futures) {
    public static final ResourceType<FutureString> TYPE =
        ResourceType.of("future-string", FutureString.class, FutureString::close);

    private void close() {
      // A message must not go to a receiver that no longer exists.
      if (!value.isDone()) {
        mailbox.forget(value);
      }
      futures.giveBack(1);
    }
  }

  /** Bytes that are still to come; nothing makes one yet, but guests import its functions. */
  public record FutureBlob(CompletableFuture<byte[]> value) {
    public static final ResourceType<FutureBlob> TYPE =
        ResourceType.of("future-blob", FutureBlob.class);
  }

  public static ImportModule types() {
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

  public static ImportModule session() {
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
              guest.futures().take(1);
              Mailbox mailbox = guest.process().mailbox();
              CompletableFuture<String> message = mailbox.take();
              guest.process().wakeOn(message);
              return new FutureString(message, mailbox, guest.futures());
            });
  }

  public static ImportModule runtime() {
    ImportModule runtime =
        new ImportModule("pie:core/runtime")
            .function("version", STRING, guest -> VERSION)
            .function("instance-id", STRING, guest -> guest.process().id())
            .function("username", STRING, guest -> guest.process().username())
            .function("models", list(STRING), guest -> guest.process().inference().modelNames());
    return LaunchImports.addTo(runtime);
  }
}
