package dev.bourse.host.abi;

/**
 * The {@code result<T, string>} of the guest ABI.
 *
 * @param <T> what a success carries
 */
public sealed interface Result<T> {
  /** Characters of an error; some quote a name or a text that the guest has made up. */
  int MESSAGE_MAX = 2000;

  record Ok<T>(T value) implements Result<T> {}

  record Err<T>(String message) implements Result<T> {}

  static <T> Result<T> ok(T value) {
    return new Ok<>(value);
  }

  /** An error, cut where it is longer than a guest has to make room for. */
  static <T> Result<T> err(String message) {
    return new Err<>(
        message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX) + "…");
  }
}
