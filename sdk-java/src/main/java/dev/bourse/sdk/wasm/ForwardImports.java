package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Forward passes and their outputs. Names and types as in the guest ABI. */
final class ForwardImports {
  private ForwardImports() {}

  @Import(module = "pie:core/inference", name = "[constructor]forward-pass")
  static native int create(int model);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.context")
  static native void context(int pass, int context);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.input-tokens")
  static native void inputTokens(
      int pass, int tokens, int tokenCount, int positions, int positionCount);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.input-speculative-tokens")
  static native void drafts(int pass, int tokens, int tokenCount, int positions, int positionCount);

  @Import(module = "bourse:inference", name = "[method]forward-pass.draft-logit-masks")
  static native void draftLogitMasks(int pass, int rows, int count);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.adapter")
  static native void adapter(int pass, int adapter);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.attention-mask")
  static native void attentionMask(int pass, int rows, int count);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.logit-mask")
  static native void logitMask(int pass, int runs, int count);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.sampler")
  static native void sampler(
      int pass, int indices, int count, int sampler, int first, int second, float third);

  @Import(module = "bourse:inference", name = "[method]forward-pass.seed")
  static native void seed(int pass, long seed);

  @Import(module = "bourse:inference", name = "[method]forward-pass.bias")
  static native void bias(int pass, int tokens, int tokenCount, int amounts, int amountCount);

  @Import(module = "bourse:inference", name = "[method]forward-pass.observe")
  static native void observe(int pass, int top);

  @Import(module = "pie:core/inference", name = "[method]forward-pass.execute")
  static native void execute(int pass, int result);

  @Import(module = "pie:core/inference", name = "[resource-drop]forward-pass")
  static native void drop(int pass);

  @Import(module = "pie:core/inference", name = "[method]future-output.pollable")
  static native int outputPollable(int future);

  @Import(module = "pie:core/inference", name = "[method]future-output.get")
  static native void outputGet(int future, int result);

  @Import(module = "bourse:inference", name = "[method]future-output.observations")
  static native void observations(int future, int result);

  @Import(module = "bourse:inference", name = "[method]future-output.receipt")
  static native void receipt(int future, int result);

  @Import(module = "pie:core/inference", name = "[resource-drop]future-output")
  static native void dropOutput(int future);
}
