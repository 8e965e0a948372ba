package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/**
 * How a command-style inferlet gets its input and reports its result. Names and types as in the
 * guest ABI.
 */
final class EntryImports {
  private EntryImports() {}

  @Import(module = "bourse:entry", name = "input-length")
  static native int inputLength();

  @Import(module = "bourse:entry", name = "input-read")
  static native void inputRead(int address);

  @Import(module = "bourse:entry", name = "result-ok")
  static native void resultOk(int text, int length);

  @Import(module = "bourse:entry", name = "result-error")
  static native void resultError(int text, int length);
}
