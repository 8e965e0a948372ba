package dev.bourse.host.abi;

import dev.bourse.engine.EngineException;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.StackHeadroom;

/** Turns what the engine refuses into what the ABI says a guest sees. */
public final class EngineCalls {
  private EngineCalls() {}

  public interface Call<T> {
    T run() throws InterruptedException;
  }

  public interface Action {
    void run() throws InterruptedException;
  }

  /** For functions that return a {@code result}. */
  public static <T> Result<T> attempt(Call<T> call) throws InterruptedException {
    StackHeadroom.require();
    try {
      return Result.ok(call.run());
    } catch (EngineException | IllegalArgumentException e) {
      return Result.err(message(e));
    }
  }

  public static Result<Unit> attemptDo(Action action) throws InterruptedException {
    return attempt(
        () -> {
          action.run();
          return Unit.UNIT;
        });
  }

  /** For functions that return nothing, and trap when they cannot do what they are asked. */
  public static Unit require(Action action) throws InterruptedException {
    StackHeadroom.require();
    try {
      action.run();
      return Unit.UNIT;
    } catch (EngineException | IllegalArgumentException e) {
      throw new GuestTrap(message(e));
    }
  }

  /** For functions that return a value and have no way to report an error. */
  public static <T> T value(Call<T> call) throws InterruptedException {
    StackHeadroom.require();
    try {
      return call.run();
    } catch (EngineException | IllegalArgumentException e) {
      throw new GuestTrap(message(e));
    }
  }

  /** A {@code u32} that counts something the engine counts in an {@code int}. */
  public static int count(String what, long value) {
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(value + " " + what + " are more than any context has");
    }
    return (int) value;
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
