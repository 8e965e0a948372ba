package dev.bourse.host.wasi;

import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;

/**
 * {@code wasi:filesystem/types.error-code}, in the order of its cases.
 *
 * <p>Source: WASI 0.2, {@code wasi:filesystem/types}.
 */
enum ErrorCode {
  ACCESS,
  WOULD_BLOCK,
  ALREADY,
  BAD_DESCRIPTOR,
  BUSY,
  DEADLOCK,
  QUOTA,
  EXIST,
  FILE_TOO_LARGE,
  ILLEGAL_BYTE_SEQUENCE,
  IN_PROGRESS,
  INTERRUPTED,
  INVALID,
  IO,
  IS_DIRECTORY,
  LOOP,
  TOO_MANY_LINKS,
  MESSAGE_SIZE,
  NAME_TOO_LONG,
  NO_DEVICE,
  NO_ENTRY,
  NO_LOCK,
  INSUFFICIENT_MEMORY,
  INSUFFICIENT_SPACE,
  NOT_DIRECTORY,
  NOT_EMPTY,
  NOT_RECOVERABLE,
  UNSUPPORTED,
  NO_TTY,
  NO_SUCH_DEVICE,
  OVERFLOW,
  NOT_PERMITTED,
  PIPE,
  READ_ONLY,
  INVALID_SEEK,
  TEXT_FILE_BUSY,
  CROSS_DEVICE;

  static final WitType<ErrorCode> TYPE =
      WitTypes.mapped(
          WitTypes.U8,
          ErrorCode::ordinal,
          ignored -> {
            throw new IllegalStateException("guests pass no error codes");
          });
}
