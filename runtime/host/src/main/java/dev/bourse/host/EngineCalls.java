package dev.bourse.host;

import dev.bourse.engine.EngineException;

/** Turns what the engine refuses into what the ABI says a guest sees. */
final class EngineCalls {
  private EngineCalls() {}

  interface Call<T> {
    T run() throws InterruptedException;
  }

  interface Action {
    void run() throws InterruptedException;
  }

  /** For functions that return a {@code result}. */
  static <T> Result<T> attempt(Call<T> call) throws InterruptedException {
    StackHeadroom.require();
    try {
      return Result.ok(call.run());
    } catch (EngineException | IllegalArgumentException e) {
      return Result.err(message(e));
    }
  }

  static Result<Unit> attemptDo(Action action) throws InterruptedException {
    return attempt(
        () -> {
          action.run();
          return Unit.UNIT;
        });
  }

  /** For functions that return nothing, and trap when they cannot do what they are asked. */
  static Unit require(Action action) throws InterruptedException {
    StackHeadroom.require();
    try {
      action.run();
      return Unit.UNIT;
    } catch (EngineException | IllegalArgumentException e) {
      throw new GuestTrap(message(e));
    }
  }

  /** For functions that return a value and have no way to report an error. */
  static <T> T value(Call<T> call) throws InterruptedException {
    StackHeadroom.require();
    try {
      return call.run();
    } catch (EngineException | IllegalArgumentException e) {
      throw new GuestTrap(message(e));
    }
  }

  /** A {@code u32} that counts something the engine counts in an {@code int}. */
  static int count(String what, long value) {
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(value + " " + what + " are more than any context has");
    }
    return (int) value;
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
