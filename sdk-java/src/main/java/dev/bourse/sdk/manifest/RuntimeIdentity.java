package dev.bourse.sdk.manifest;

import java.util.Optional;

/**
 * What a context was computed with. Pages computed with one are worth nothing with another.
 *
 * @param model the model's own name
 * @param modelDigest of its weights
 * @param tokenizerDigest of its vocabulary and merges
 * @param templateDigest of its chat template
 * @param adapter the adapter on top of the weights, empty for none
 * @param kvType how keys and values are stored
 */
public record RuntimeIdentity(
    String model,
    String modelDigest,
    String tokenizerDigest,
    String templateDigest,
    String adapter,
    String kvType) {

  /** The first field in which {@code next} differs; empty if a context can be used there. */
  public Optional<ManifestMismatch> mismatch(RuntimeIdentity next) {
    return differs("model", model, next.model)
        .or(() -> differs("modelDigest", modelDigest, next.modelDigest))
        .or(() -> differs("tokenizerDigest", tokenizerDigest, next.tokenizerDigest))
        .or(() -> differs("templateDigest", templateDigest, next.templateDigest))
        .or(() -> differs("adapter", adapter, next.adapter))
        .or(() -> differs("kvType", kvType, next.kvType));
  }

  private static Optional<ManifestMismatch> differs(String field, String saved, String expected) {
    return saved.equals(expected)
        ? Optional.empty()
        : Optional.of(
            ManifestMismatch.of("runtime." + field, '"' + saved + '"', '"' + expected + '"'));
  }
}
