package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.process.GuestTrap;
import java.util.Arrays;

/**
 * {@code wasi:io/streams}: bytes in and out, whatever is behind them. A stream never holds more
 * than its source or sink lets it, so a guest that does not read slows down whoever writes.
 */
public final class WasiStreams {
  private WasiStreams() {}

  /** What one read gives at most, however much is asked for. */
  private static final int READ_BYTES_MAX = 64 << 10;

  /** {@code variant stream-error { last-operation-failed(error), closed }}. */
  private static final WitType<Case> STREAM_ERROR = variant(own(IoError.TYPE), UNIT);

  private static final Case DONE = new Case(0, Unit.UNIT);

  static ByteSink stdout(Guest guest) {
    return ByteSink.to(guest.process()::writeStdout);
  }

  static ByteSink stderr(Guest guest) {
    return ByteSink.to(guest.process()::writeStderr);
  }

  public static ImportModule error() {
    return new ImportModule("wasi:io/error@0.2")
        .function(
            "[method]error.to-debug-string",
            borrow(IoError.TYPE),
            STRING,
            (guest, error) -> error.message())
        .drop(IoError.TYPE);
  }

  public static ImportModule streams() {
    WitType<ByteSource> in = borrow(ByteSource.TYPE);
    WitType<ByteSink> out = borrow(ByteSink.TYPE);
    WitType<Case> bytes = variant(BYTES, STREAM_ERROR);
    WitType<Case> count = variant(U64, STREAM_ERROR);
    WitType<Case> nothing = variant(UNIT, STREAM_ERROR);
    WitType<Pollable> pollable = own(Pollable.TYPE);
    return new ImportModule("wasi:io/streams@0.2")
        .function(
            "[method]input-stream.read",
            in,
            U64,
            bytes,
            (guest, s, n) -> attempt(() -> new Case(0, read(s, n))))
        .function(
            "[method]input-stream.blocking-read",
            in,
            U64,
            bytes,
            (guest, s, n) -> attempt(() -> new Case(0, blockingRead(guest, s, n))))
        .function(
            "[method]input-stream.skip",
            in,
            U64,
            count,
            (guest, s, n) -> attempt(() -> new Case(0, (long) read(s, n).length)))
        .function(
            "[method]input-stream.blocking-skip",
            in,
            U64,
            count,
            (guest, s, n) -> attempt(() -> new Case(0, (long) blockingRead(guest, s, n).length)))
        .function(
            "[method]input-stream.subscribe",
            in,
            pollable,
            (guest, s) -> new Pollable(s::isReady, Pollable.NEVER))
        .function(
            "[method]output-stream.check-write",
            out,
            count,
            (guest, s) -> attempt(() -> new Case(0, (long) s.room())))
        .function(
            "[method]output-stream.write",
            out,
            BYTES,
            nothing,
            (guest, s, b) -> attempt(() -> write(s, b)))
        .function(
            "[method]output-stream.blocking-write-and-flush",
            out,
            BYTES,
            nothing,
            (guest, s, b) -> attempt(() -> blockingWrite(guest, s, b)))
        .function(
            "[method]output-stream.flush",
            out,
            nothing,
            (guest, s) ->
                attempt(
                    () -> {
                      s.flush();
                      return DONE;
                    }))
        .function(
            "[method]output-stream.blocking-flush",
            out,
            nothing,
            (guest, s) -> attempt(() -> blockingFlush(guest, s)))
        .function(
            "[method]output-stream.subscribe",
            out,
            pollable,
            (guest, s) -> new Pollable(s::isReady, Pollable.NEVER))
        .function(
            "[method]output-stream.write-zeroes",
            out,
            U64,
            nothing,
            (guest, s, n) -> attempt(() -> write(s, zeroes(n))))
        .function(
            "[method]output-stream.blocking-write-zeroes-and-flush",
            out,
            U64,
            nothing,
            (guest, s, n) -> attempt(() -> blockingWrite(guest, s, zeroes(n))))
        .function(
            "[method]output-stream.splice",
            out,
            in,
            U64,
            count,
            (guest, s, source, n) -> attempt(() -> new Case(0, splice(s, source, n))))
        .function(
            "[method]output-stream.blocking-splice",
            out,
            in,
            U64,
            count,
            (guest, s, source, n) ->
                attempt(
                    () -> {
                      await(guest, s);
                      await(guest, source);
                      return new Case(0, splice(s, source, n));
                    }))
        .drop(ByteSource.TYPE)
        .drop(ByteSink.TYPE);
  }

  private interface Operation {
    Case run() throws StreamException, InterruptedException;
  }

  private static Case attempt(Operation operation) throws InterruptedException {
    try {
      return operation.run();
    } catch (StreamException e) {
      Case error = e.error().map(what -> new Case(0, what)).orElseGet(() -> new Case(1, Unit.UNIT));
      return new Case(1, error);
    }
  }

  private static int bounded(long unsigned) {
    return unsigned < 0 ? READ_BYTES_MAX : (int) Math.min(unsigned, READ_BYTES_MAX);
  }

  private static byte[] read(ByteSource source, long max) throws StreamException {
    return max == 0 ? new byte[0] : source.read(bounded(max));
  }

  private static byte[] blockingRead(Guest guest, ByteSource source, long max)
      throws StreamException, InterruptedException {
    if (max == 0) {
      return new byte[0];
    }
    while (true) {
      await(guest, source);
      byte[] bytes = source.read(bounded(max));
      if (bytes.length > 0) {
        return bytes;
      }
    }
  }

  private static Case write(ByteSink sink, byte[] bytes) throws StreamException {
    int room = sink.room();
    if (bytes.length > room) {
      throw new GuestTrap(
          "a write of %d bytes to a stream, check-write permits %d".formatted(bytes.length, room));
    }
    sink.write(bytes);
    return DONE;
  }

  private static Case blockingWrite(Guest guest, ByteSink sink, byte[] bytes)
      throws StreamException, InterruptedException {
    int done = 0;
    while (done < bytes.length) {
      await(guest, sink);
      int next = Math.min(bytes.length, done + sink.room());
      if (next > done) {
        sink.write(Arrays.copyOfRange(bytes, done, next));
        done = next;
      }
    }
    return blockingFlush(guest, sink);
  }

  private static Case blockingFlush(Guest guest, ByteSink sink)
      throws StreamException, InterruptedException {
    sink.flush();
    guest.process().await(sink::isFlushed, Pollable.NEVER);
    // What could not be passed on shows here.
    int _ = sink.room();
    return DONE;
  }

  private static byte[] zeroes(long count) {
    if (count < 0 || count > ByteSink.WRITE_BYTES_MAX) {
      throw new GuestTrap(
          "write-zeroes of %s bytes, check-write permits %d at most"
              .formatted(Long.toUnsignedString(count), ByteSink.WRITE_BYTES_MAX));
    }
    return new byte[(int) count];
  }

  private static long splice(ByteSink sink, ByteSource source, long max) throws StreamException {
    int room = Math.min(sink.room(), bounded(max));
    if (room == 0) {
      return 0;
    }
    byte[] bytes = source.read(room);
    sink.write(bytes);
    return bytes.length;
  }

  private static void await(Guest guest, ByteSource source) throws InterruptedException {
    guest.process().await(source::isReady, Pollable.NEVER);
  }

  private static void await(Guest guest, ByteSink sink) throws InterruptedException {
    guest.process().await(sink::isReady, Pollable.NEVER);
  }
}
