package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Grammars and matchers. Names and types as in the guest ABI. */
final class GrammarImports {
  private GrammarImports() {}

  @Import(module = "pie:core/inference", name = "[static]grammar.from-json-schema")
  static native void fromJsonSchema(int text, int length, int result);

  @Import(module = "pie:core/inference", name = "[static]grammar.json")
  static native int json();

  @Import(module = "pie:core/inference", name = "[static]grammar.from-regex")
  static native void fromRegex(int text, int length, int result);

  @Import(module = "pie:core/inference", name = "[static]grammar.from-ebnf")
  static native void fromEbnf(int text, int length, int result);

  @Import(module = "pie:core/inference", name = "[resource-drop]grammar")
  static native void dropGrammar(int grammar);

  @Import(module = "pie:core/inference", name = "[constructor]matcher")
  static native int matcher(int grammar, int tokenizer);

  @Import(module = "pie:core/inference", name = "[method]matcher.accept-tokens")
  static native void accept(int matcher, int tokens, int count, int result);

  @Import(module = "pie:core/inference", name = "[method]matcher.next-token-logit-mask")
  static native void nextTokenMask(int matcher, int result);

  @Import(module = "pie:core/inference", name = "[method]matcher.is-terminated")
  static native int isTerminated(int matcher);

  @Import(module = "pie:core/inference", name = "[method]matcher.reset")
  static native void reset(int matcher);

  @Import(module = "pie:core/inference", name = "[resource-drop]matcher")
  static native void drop(int matcher);

  @Import(module = "bourse:inference", name = "[method]matcher.may-end")
  static native int mayEnd(int matcher);

  @Import(module = "bourse:inference", name = "[method]matcher.fork")
  static native int fork(int matcher);

  @Import(module = "bourse:inference", name = "[method]matcher.rollback")
  static native void rollback(int matcher, int tokens, int result);

  @Import(module = "bourse:inference", name = "[method]matcher.forced-tokens")
  static native void forcedTokens(int matcher, int result);

  @Import(module = "bourse:inference", name = "[method]matcher.closing-tokens")
  static native void closingTokens(int matcher, int result);

  @Import(module = "bourse:inference", name = "[method]forward-pass.constrain")
  static native void constrain(int pass, int matcher);
}
