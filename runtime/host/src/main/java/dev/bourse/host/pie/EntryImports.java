package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.UNIT;

import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code bourse:entry}: how a command-style inferlet gets its input and reports its result. */
public final class EntryImports {
  private EntryImports() {}

  private static final long[] NOTHING = {};

  public static ImportModule module() {
    return new ImportModule("bourse:entry")
        .raw(
            "input-length",
            List.of(),
            List.of(CoreType.I32),
            (guest, arguments) -> new long[] {input(guest).length})
        .raw(
            "input-read",
            List.of(CoreType.I32),
            List.of(),
            (guest, arguments) -> {
              byte[] input = input(guest);
              int address = (int) arguments[0];
              guest.checkSpan(address, input.length, 1);
              guest.memory().write(address, input);
              return NOTHING;
            })
        .function("result-ok", STRING, UNIT, (guest, text) -> report(guest, Result.ok(text)))
        .function("result-error", STRING, UNIT, (guest, text) -> report(guest, Result.err(text)));
  }

  private static byte[] input(Guest guest) {
    return guest.process().input().getBytes(StandardCharsets.UTF_8);
  }

  private static Unit report(Guest guest, Result<String> result) {
    guest.report(result);
    return Unit.UNIT;
  }
}
