package dev.bourse.kv;

import org.jspecify.annotations.Nullable;

/** Gives all pages one of two keys. */
final class CollidingHasher extends PageHasher {
  CollidingHasher(KvLayout layout) {
    super(() -> "toy model", layout);
  }

  @Override
  public PageKey key(@Nullable PageKey parent, Lineage lineage, PageContent content) {
    return new PageKey(super.key(parent, lineage, content).a() & 1, 0, 0, 0);
  }
}
