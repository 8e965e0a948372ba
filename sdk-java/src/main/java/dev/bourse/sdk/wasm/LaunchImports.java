package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Children. Names and types as in the guest ABI, and in {@code docs/abi-bourse.md}. */
final class LaunchImports {
  private LaunchImports() {}

  @Import(module = "pie:core/runtime", name = "launch")
  static native void launch(int program, int programLength, int input, int inputLength, int result);

  @Import(module = "bourse:runtime", name = "launch")
  static native void launchWithBudget(
      int program,
      int programLength,
      int input,
      int inputLength,
      double credits,
      long endowment,
      int hasTokens,
      long tokens,
      int result);

  @Import(module = "pie:core/runtime", name = "[method]child.pollable")
  static native int pollable(int child);

  @Import(module = "pie:core/runtime", name = "[method]child.get")
  static native void get(int child, int result);

  @Import(module = "pie:core/runtime", name = "[method]child.pid")
  static native void pid(int child, int result);

  @Import(module = "pie:core/runtime", name = "[method]child.cancel")
  static native void cancel(int child);

  @Import(module = "pie:core/runtime", name = "[resource-drop]child")
  static native void drop(int child);

  @Import(module = "wasi:io/poll@0.2.0", name = "[method]pollable.ready")
  static native int ready(int pollable);
}
