package dev.bourse.sdk.wasm;

import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.Session;

/**
 * Runs an inferlet as a command-style guest: the build generates a {@code main} that calls {@link
 * #run}.
 */
public final class Command {
  private Command() {}

  /**
   * Runs {@code inferlet} on the session that the host offers through imports, and reports how it
   * ended.
   */
  public static void run(Inferlet inferlet) {
    WasmRuntime runtime = new WasmRuntime(new Arena());
    String result;
    try {
      result = inferlet.run(new Session(runtime));
    } catch (Exception e) {
      runtime.fail(e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    }
    runtime.succeed(result);
  }
}
