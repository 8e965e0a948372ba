package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;

import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.abi.WitTypes.Case;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** {@code variant new-timestamp { no-change, now, timestamp(datetime) }}. */
record NewTime(Case value) {
  private static final int NO_CHANGE = 0;
  private static final int NOW = 1;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** {@code record datetime { seconds: u64, nanoseconds: u32 }}. */
  static final WitType<Object[]> DATETIME = WitTypes.record(U64, U32);

  static final WitType<NewTime> TYPE =
      WitTypes.mapped(WitTypes.variant(UNIT, UNIT, DATETIME), NewTime::value, NewTime::new);

  /** The time to set; empty to leave it as it is. */
  Optional<FileTime> time() throws FileException {
    return switch (value.discriminant()) {
      case NO_CHANGE -> Optional.empty();
      case NOW -> Optional.of(FileTime.from(Instant.now()));
      default -> Optional.of(timestamp());
    };
  }

  private FileTime timestamp() throws FileException {
    Object[] datetime = value.payload(DATETIME);
    long seconds = WitTypes.field(datetime, 0, U64);
    long nanos = WitTypes.field(datetime, 1, U32);
    if (seconds < 0 || nanos >= NANOS_PER_SECOND) {
      throw new FileException(ErrorCode.INVALID);
    }
    try {
      return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
    } catch (DateTimeException e) {
      throw new FileException(ErrorCode.INVALID);
    }
  }
}
