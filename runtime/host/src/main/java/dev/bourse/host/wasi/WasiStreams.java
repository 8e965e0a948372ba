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
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.process.GuestTrap;
import java.util.function.Consumer;

/**
 * {@code wasi:io/streams}: standard output and error, which go to the process's listener at once,
 * and standard input, which is at its end from the start.
 */
public final class WasiStreams {
  private WasiStreams() {}

  /** What a stream takes in one write. */
  private static final long WRITE_BYTES_MAX = 64 << 10;

  /** An I/O error; none ever occurs, but guests import its functions. */
  public record IoError(String message) {
    public static final ResourceType<IoError> TYPE = ResourceType.of("error", IoError.class);
  }

  public record InputStream() {
    public static final ResourceType<InputStream> TYPE =
        ResourceType.of("input-stream", InputStream.class);
    public static final InputStream EMPTY = new InputStream();
  }

  public record OutputStream(Consumer<byte[]> sink) {
    public static final ResourceType<OutputStream> TYPE =
        ResourceType.of("output-stream", OutputStream.class);
  }

  /** {@code variant stream-error { last-operation-failed(error), closed }}. */
  private static final WitType<Case> STREAM_ERROR = variant(own(IoError.TYPE), UNIT);

  private static final Case CLOSED = new Case(1, new Case(1, Unit.UNIT));
  private static final Case DONE = new Case(0, Unit.UNIT);

  public static OutputStream stdout(Guest guest) {
    return new OutputStream(guest.process()::writeStdout);
  }

  public static OutputStream stderr(Guest guest) {
    return new OutputStream(guest.process()::writeStderr);
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
