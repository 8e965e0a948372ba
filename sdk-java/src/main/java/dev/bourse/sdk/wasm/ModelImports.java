package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Model, tokenizer and chat template. Names and types as in the guest ABI. */
final class ModelImports {
  private ModelImports() {}

  @Import(module = "pie:core/model", name = "[static]model.load")
  static native void load(int name, int length, int result);

  @Import(module = "pie:core/model", name = "[method]model.tokenizer")
  static native int tokenizer(int model);

  @Import(module = "pie:core/model", name = "[method]tokenizer.encode")
  static native void encode(int tokenizer, int text, int length, int result);

  @Import(module = "pie:core/model", name = "[method]tokenizer.decode")
  static native void decode(int tokenizer, int tokens, int count, int result);

  @Import(module = "pie:instruct/chat", name = "system")
  static native void system(int model, int text, int length, int result);

  @Import(module = "pie:instruct/chat", name = "first-user")
  static native void firstUser(int model, int text, int length, int result);

  @Import(module = "pie:instruct/chat", name = "user")
  static native void user(int model, int text, int length, int result);

  @Import(module = "pie:instruct/chat", name = "system-user")
  static native void systemUser(
      int model, int system, int systemLength, int user, int userLength, int result);

  @Import(module = "pie:instruct/chat", name = "assistant")
  static native void assistant(int model, int text, int length, int result);

  @Import(module = "pie:instruct/chat", name = "cue")
  static native void cue(int model, int result);

  @Import(module = "pie:instruct/chat", name = "seal")
  static native void seal(int model, int result);

  @Import(module = "pie:instruct/chat", name = "stop-tokens")
  static native void stopTokens(int model, int result);
}
