package dev.bourse.kv.snapshot;

import dev.bourse.kv.KvLayout;

/**
 * What the pages of a snapshot were computed with; the store keeps it and does not look at it.
 *
 * @param modelName for people
 * @param modelDigest of the weights
 * @param tokenizerDigest of the vocabulary and the merges
 * @param templateDigest of the chat template
 * @param adapter which rows were computed with which adapters; empty for the model alone
 * @param kvType the type of a key's or a value's element
 * @param layout of a page; all pages of a snapshot have {@link KvLayout#pageBytes()}
 */
public record Fingerprint(
    String modelName,
    String modelDigest,
    String tokenizerDigest,
    String templateDigest,
    String adapter,
    String kvType,
    KvLayout layout) {

  /**
   * @throws IllegalArgumentException if a page is too large
   */
  public Fingerprint {
    PageSize.of(layout);
  }

  /** The same, for rows that were computed with adapters. */
  public Fingerprint withAdapter(String newAdapter) {
    return new Fingerprint(
        modelName, modelDigest, tokenizerDigest, templateDigest, newAdapter, kvType, layout);
  }
}
