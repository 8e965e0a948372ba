package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageKey;

/**
 * A page on disk.
 *
 * @param key of the page
 * @param checksum of its bytes, by {@link Checksum}
 * @param ref where it lies
 */
record PageEntry(PageKey key, long checksum, PageRef ref) {}
