package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.tuple;

import com.dylibso.chicory.wasi.WasiExitException;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.abi.WitTypes.Pair;
import dev.bourse.host.process.GuestTrap;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * WASI 0.2 as far as language runtimes touch it when they start: polling, clocks, randomness, the
 * command line's environment. An inferlet has no environment variables, no arguments but its name,
 * and no files.
 */
public final class WasiImports {
  private WasiImports() {}

  /** Randomness asked for in one call. */
  private static final int RANDOM_BYTES_MAX = 1 << 20;

  private static final long MONOTONIC_START = System.nanoTime();

  // Seeded from the operating system once: a guest that draws much must not drain or wait for it.
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final ResourceType<Unit> TERMINAL_INPUT =
      ResourceType.of("terminal-input", Unit.class);
  private static final ResourceType<Unit> TERMINAL_OUTPUT =
      ResourceType.of("terminal-output", Unit.class);

  public static ImportModule stdin() {
    return stdio("stdin", ByteSource.TYPE, guest -> ByteSource.EMPTY);
  }

  public static ImportModule stdout() {
    return stdio("stdout", ByteSink.TYPE, WasiStreams::stdout);
  }

  public static ImportModule stderr() {
    return stdio("stderr", ByteSink.TYPE, WasiStreams::stderr);
  }

  public static ImportModule terminalInput() {
    return new ImportModule("wasi:cli/terminal-input@0.2").drop(TERMINAL_INPUT);
  }

  public static ImportModule terminalOutput() {
    return new ImportModule("wasi:cli/terminal-output@0.2").drop(TERMINAL_OUTPUT);
  }

  public static ImportModule terminalStdin() {
    return terminal("stdin", TERMINAL_INPUT);
  }

  public static ImportModule terminalStdout() {
    return terminal("stdout", TERMINAL_OUTPUT);
  }

  public static ImportModule terminalStderr() {
    return terminal("stderr", TERMINAL_OUTPUT);
  }

  public static ImportModule poll() {
    WitType<Pollable> pollable = borrow(Pollable.TYPE);
    return new ImportModule("wasi:io/poll@0.2")
        .function("[method]pollable.ready", pollable, WitTypes.BOOL, (guest, p) -> p.isReady())
        .function(
            "[method]pollable.block",
            pollable,
            UNIT,
            (guest, p) -> {
              guest.process().await(p::isReady, p.deadlineNanos());
              return Unit.UNIT;
            })
        .function("poll", list(pollable), U32_LIST, WasiImports::poll)
        .drop(Pollable.TYPE);
  }

  private static int[] poll(Guest guest, List<Pollable> pollables) throws InterruptedException {
    if (pollables.isEmpty()) {
      throw new GuestTrap("poll of an empty list never returns");
    }
    long deadline = Pollable.NEVER;
    for (Pollable pollable : pollables) {
      deadline = earlier(deadline, pollable.deadlineNanos());
    }
    guest.process().await(() -> pollables.stream().anyMatch(Pollable::isReady), deadline);
    return IntStream.range(0, pollables.size()).filter(i -> pollables.get(i).isReady()).toArray();
  }

  private static long earlier(long a, long b) {
    if (a == Pollable.NEVER || b == Pollable.NEVER) {
      return a == Pollable.NEVER ? b : a;
    }
    return a - b < 0 ? a : b;
  }

  public static ImportModule monotonicClock() {
    return new ImportModule("wasi:clocks/monotonic-clock@0.2")
        .function("now", U64, guest -> System.nanoTime() - MONOTONIC_START)
        .function("resolution", U64, guest -> 1L)
        .function(
            "subscribe-instant",
            U64,
            own(Pollable.TYPE),
            (guest, when) -> after(saturating(when) - (System.nanoTime() - MONOTONIC_START)))
        .function(
            "subscribe-duration",
            U64,
            own(Pollable.TYPE),
            (guest, nanos) -> after(saturating(nanos)));
  }

  /** Times of more than 146 years are taken as 146 years, so that they can be compared. */
  private static long saturating(long unsigned) {
    long max = Long.MAX_VALUE / 2;
    return unsigned < 0 ? max : Math.min(unsigned, max);
  }

  private static Pollable after(long nanos) {
    return nanos <= 0 ? Pollable.always() : Pollable.at(System.nanoTime() + nanos);
  }

  public static ImportModule wallClock() {
    WitType<Object[]> datetime = record(U64, U32);
    return new ImportModule("wasi:clocks/wall-clock@0.2")
        .function(
            "now",
            datetime,
            guest -> {
              Instant now = Instant.now();
              return new Object[] {now.getEpochSecond(), (long) now.getNano()};
            })
        .function("resolution", datetime, guest -> new Object[] {0L, 1_000L});
  }

  public static ImportModule random() {
    return new ImportModule("wasi:random/random@0.2")
        .function("get-random-bytes", U64, BYTES, (guest, count) -> randomBytes(count))
        .function("get-random-u64", U64, guest -> RANDOM.nextLong());
  }

  public static ImportModule insecureRandom() {
    return new ImportModule("wasi:random/insecure@0.2")
        .function("get-insecure-random-bytes", U64, BYTES, (guest, count) -> randomBytes(count))
        .function("get-insecure-random-u64", U64, guest -> RANDOM.nextLong());
  }

  public static ImportModule insecureSeed() {
    return new ImportModule("wasi:random/insecure-seed@0.2")
        .function(
            "insecure-seed",
            tuple(U64, U64),
            guest -> new Pair<>(RANDOM.nextLong(), RANDOM.nextLong()));
  }

  private static byte[] randomBytes(long count) {
    if (count < 0 || count > RANDOM_BYTES_MAX) {
      throw new GuestTrap(
          "asked for %s random bytes at once, at most %d are given"
              .formatted(Long.toUnsignedString(count), RANDOM_BYTES_MAX));
    }
    byte[] bytes = new byte[(int) count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  public static ImportModule environment() {
    return new ImportModule("wasi:cli/environment@0.2")
        .function("get-environment", list(tuple(STRING, STRING)), guest -> List.of())
        .function("get-arguments", list(STRING), guest -> List.of(guest.process().program()))
        .function("initial-cwd", option(STRING), guest -> Optional.empty());
  }

  public static ImportModule exit() {
    return new ImportModule("wasi:cli/exit@0.2")
        .function("exit", U8, UNIT, (guest, status) -> exitWith(status == 0 ? 0 : 1))
        .function("exit-with-code", U8, UNIT, (guest, code) -> exitWith(code));
  }

  private static Unit exitWith(int code) {
    throw new WasiExitException(code);
  }

  private static <T> ImportModule stdio(
      String name, ResourceType<T> type, ImportModule.Fn0<T> open) {
    return new ImportModule("wasi:cli/" + name + "@0.2").function("get-" + name, own(type), open);
  }

  public static ImportModule terminal(String name, ResourceType<Unit> type) {
    return new ImportModule("wasi:cli/terminal-" + name + "@0.2")
        .function("get-terminal-" + name, option(own(type)), guest -> Optional.empty());
  }
}
