package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Tools and reasoning. Names and types as in the guest ABI. */
final class InstructImports {
  private InstructImports() {}

  @Import(module = "pie:instruct/tool-use", name = "equip")
  static native void equip(int model, int tools, int count, int result);

  @Import(module = "bourse:instruct", name = "system-equip")
  static native void systemEquip(
      int model, int system, int length, int tools, int count, int result);

  @Import(module = "pie:instruct/tool-use", name = "answer")
  static native void answer(
      int model, int name, int nameLength, int value, int valueLength, int result);

  @Import(module = "bourse:instruct", name = "create-matcher")
  static native void matcher(int model, int tools, int count, int result);

  @Import(module = "bourse:instruct", name = "calling")
  static native void calling(int model, int text, int length, int calls, int count, int result);

  @Import(module = "bourse:instruct", name = "create-turn-decoder")
  static native int turnDecoder(int model, int hasTools);

  @Import(module = "bourse:instruct", name = "[method]turn-decoder.feed")
  static native void feedTurn(int decoder, int tokens, int count, int result);

  @Import(module = "bourse:instruct", name = "[method]turn-decoder.finish")
  static native void finishTurn(int decoder, int result);

  @Import(module = "bourse:instruct", name = "[resource-drop]turn-decoder")
  static native void dropTurn(int decoder);

  @Import(module = "pie:instruct/tool-use", name = "create-decoder")
  static native int toolDecoder(int model);

  @Import(module = "pie:instruct/tool-use", name = "[method]decoder.feed")
  static native void feedTools(int decoder, int tokens, int count, int result);

  @Import(module = "pie:instruct/tool-use", name = "[method]decoder.reset")
  static native void resetTools(int decoder);

  @Import(module = "pie:instruct/tool-use", name = "[resource-drop]decoder")
  static native void dropTools(int decoder);

  @Import(module = "pie:instruct/reasoning", name = "create-decoder")
  static native int reasoningDecoder(int model);

  @Import(module = "pie:instruct/reasoning", name = "[method]decoder.feed")
  static native void feedReasoning(int decoder, int tokens, int count, int result);

  @Import(module = "pie:instruct/reasoning", name = "[method]decoder.reset")
  static native void resetReasoning(int decoder);

  @Import(module = "pie:instruct/reasoning", name = "[resource-drop]decoder")
  static native void dropReasoning(int decoder);
}
