package dev.bourse.kv;

import org.jspecify.annotations.Nullable;

/** Rows that are to be computed, by number. */
public interface RowSource {
  int token(int row);

  int position(int row);

  /** The runs of the row's mask, normalized as {@link PageContent} says, or null. */
  int @Nullable [] mask(int row);

  /** The digest of the adapter that a row is computed with, or null for the model alone. */
  default @Nullable String adapter(int row) {
    return null;
  }
}
