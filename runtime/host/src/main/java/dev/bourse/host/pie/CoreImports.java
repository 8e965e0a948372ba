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
import dev.bourse.host.abi.Unit;
import dev.bourse.host.process.Mailbox;

/** {@code pie:core} types, session and runtime. */
public final class CoreImports {
  private CoreImports() {}

  /** What {@code runtime.version} says. */
  public static final String VERSION = "bourse 0.1.0";

  public static ImportModule types() {
    return new ImportModule("pie:core/types")
        .function(
            "[method]future-string.pollable",
            borrow(FutureString.TYPE),
            own(Pollable.TYPE),
            (guest, future) -> new Pollable(future.request()::isReady, Pollable.NEVER))
        .function(
            "[method]future-string.get",
            borrow(FutureString.TYPE),
            option(STRING),
            (guest, future) -> future.request().get())
        .function(
            "[method]future-blob.pollable",
            borrow(FutureBlob.TYPE),
            own(Pollable.TYPE),
            (guest, future) -> new Pollable(future.request()::isReady, Pollable.NEVER))
        .function(
            "[method]future-blob.get",
            borrow(FutureBlob.TYPE),
            option(BYTES),
            (guest, future) -> future.request().get())
        .drop(FutureString.TYPE)
        .drop(FutureBlob.TYPE);
  }

  public static ImportModule session() {
    return new ImportModule("pie:core/session")
        .function(
            "send",
            STRING,
            UNIT,
            (guest, text) -> {
              guest.process().writeText(text);
              return Unit.UNIT;
            })
        .function(
            "receive",
            own(FutureString.TYPE),
            guest -> {
              guest.futures().take(1);
              Mailbox<String>.Request request =
                  guest.process().mailbox().take().waking(guest.process());
              return new FutureString(request, request::close, guest.futures());
            })
        .function(
            "send-file",
            BYTES,
            UNIT,
            (guest, file) -> {
              guest.process().writeFile(file);
              return Unit.UNIT;
            })
        .function(
            "receive-file",
            own(FutureBlob.TYPE),
            guest -> {
              guest.futures().take(1);
              return new FutureBlob(
                  guest.process().files().take().waking(guest.process()), guest.futures());
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
