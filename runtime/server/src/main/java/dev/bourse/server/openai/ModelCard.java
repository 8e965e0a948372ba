package dev.bourse.server.openai;

import dev.bourse.host.process.ServedModel;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model as clients see it.
 *
 * @param contextLength tokens that prompt and answer may have together
 * @param fingerprint changes when the same request may be answered differently
 */
record ModelCard(String name, int contextLength, String fingerprint) {
  private static final int DIGITS = 12;

  static ModelCard of(ServedModel model) {
    String digest = model.runtime().modelDigest();
    return new ModelCard(
        model.name(),
        model.engine().contextLength(),
        "fp_" + digest.substring(0, Math.min(DIGITS, digest.length())));
  }

  /** An inferlet's input that names it. */
  ObjectNode input() {
    return Json.object().put("model", name).put("context_length", contextLength);
  }

  /**
   * The model as an object of the interface.
   *
   * @param createdSeconds since the epoch
   */
  ObjectNode json(long createdSeconds) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", createdSeconds)
        .put("owned_by", Extension.NAME);
  }
}
