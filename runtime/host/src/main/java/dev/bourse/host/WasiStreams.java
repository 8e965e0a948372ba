package dev.bourse.host;

import static dev.bourse.host.WitTypes.BYTES;
import static dev.bourse.host.WitTypes.STRING;
import static dev.bourse.host.WitTypes.U64;
import static dev.bourse.host.WitTypes.UNIT;
import static dev.bourse.host.WitTypes.borrow;
import static dev.bourse.host.WitTypes.own;
import static dev.bourse.host.WitTypes.variant;

import dev.bourse.host.WitTypes.Case;
import java.util.function.Consumer;

/**
 * {@code wasi:io/streams}: standard output and error, which go to the process's listener at once,
 * and standard input, which is at its end from the start.
 */
final class WasiStreams {
  private WasiStreams() {}

  /** What a stream takes in one write. */
  private static final long WRITE_BYTES_MAX = 64 << 10;

  /** An I/O error; none ever occurs, but guests import its functions. */
  record IoError(String message) {
    static final ResourceType<IoError> TYPE = ResourceType.of("error", IoError.class);
  }

  record InputStream() {
    static final ResourceType<InputStream> TYPE =
        ResourceType.of("input-stream", InputStream.class);
    static final InputStream EMPTY = new InputStream();
  }

  record OutputStream(Consumer<byte[]> sink) {
    static final ResourceType<OutputStream> TYPE =
        ResourceType.of("output-stream", OutputStream.class);
  }

  /** {@code variant stream-error { last-operation-failed(error), closed }}. */
  private static final WitType<Case> STREAM_ERROR = variant(own(IoError.TYPE), UNIT);

  private static final Case CLOSED = new Case(1, new Case(1, Unit.UNIT));
  private static final Case DONE = new Case(0, Unit.UNIT);

  static OutputStream stdout(Guest guest) {
    return new OutputStream(guest.process()::writeStdout);
  }

  static OutputStream stderr(Guest guest) {
    return new OutputStream(guest.process()::writeStderr);
  }

  static ImportModule error() {
    return new ImportModule("wasi:io/error@0.2")
        .function(
            "[method]error.to-debug-string",
            borrow(IoError.TYPE),
            STRING,
            (guest, error) -> error.message())
        .drop(IoError.TYPE);
  }

  static ImportModule streams() {
    WitType<InputStream> in = borrow(InputStream.TYPE);
    WitType<OutputStream> out = borrow(OutputStream.TYPE);
    WitType<Case> bytes = variant(BYTES, STREAM_ERROR);
    WitType<Case> count = variant(U64, STREAM_ERROR);
    WitType<Case> nothing = variant(UNIT, STREAM_ERROR);
    return new ImportModule("wasi:io/streams@0.2")
        .function("[method]input-stream.read", in, U64, bytes, (guest, s, n) -> CLOSED)
        .function("[method]input-stream.blocking-read", in, U64, bytes, (guest, s, n) -> CLOSED)
        .function("[method]input-stream.skip", in, U64, count, (guest, s, n) -> CLOSED)
        .function("[method]input-stream.blocking-skip", in, U64, count, (guest, s, n) -> CLOSED)
        .function(
            "[method]input-stream.subscribe",
            in,
            own(Pollable.TYPE),
            (guest, s) -> Pollable.always())
        .function(
            "[method]output-stream.check-write",
            out,
            count,
            (guest, s) -> new Case(0, WRITE_BYTES_MAX))
        .function("[method]output-stream.write", out, BYTES, nothing, WasiStreams::write)
        .function(
            "[method]output-stream.blocking-write-and-flush",
            out,
            BYTES,
            nothing,
            WasiStreams::write)
        .function("[method]output-stream.flush", out, nothing, (guest, s) -> DONE)
        .function("[method]output-stream.blocking-flush", out, nothing, (guest, s) -> DONE)
        .function(
            "[method]output-stream.subscribe",
            out,
            own(Pollable.TYPE),
            (guest, s) -> Pollable.always())
        .function("[method]output-stream.write-zeroes", out, U64, nothing, WasiStreams::writeZeroes)
        .function(
            "[method]output-stream.blocking-write-zeroes-and-flush",
            out,
            U64,
            nothing,
            WasiStreams::writeZeroes)
        .function(
            "[method]output-stream.splice", out, in, U64, count, (guest, s, source, n) -> CLOSED)
        .function(
            "[method]output-stream.blocking-splice",
            out,
            in,
            U64,
            count,
            (guest, s, source, n) -> CLOSED)
        .drop(InputStream.TYPE)
        .drop(OutputStream.TYPE);
  }

  private static Case write(Guest guest, OutputStream stream, byte[] bytes) {
    stream.sink().accept(bytes);
    return DONE;
  }

  private static Case writeZeroes(Guest guest, OutputStream stream, long count) {
    if (count < 0 || count > WRITE_BYTES_MAX) {
      throw new GuestTrap(
          "write-zeroes of %s bytes, check-write permits %d"
              .formatted(Long.toUnsignedString(count), WRITE_BYTES_MAX));
    }
    stream.sink().accept(new byte[(int) count]);
    return DONE;
  }
}
