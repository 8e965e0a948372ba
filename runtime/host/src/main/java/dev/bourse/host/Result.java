package dev.bourse.host;

/**
 * The {@code result<T, string>} of the guest ABI.
 *
 * @param <T> what a success carries
 */
sealed interface Result<T> {
  record Ok<T>(T value) implements Result<T> {}

  record Err<T>(String message) implements Result<T> {}

  static <T> Result<T> ok(T value) {
    return new Ok<>(value);
  }

  static <T> Result<T> err(String message) {
    return new Err<>(message);
  }
}
