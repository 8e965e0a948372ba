package dev.bourse.kv.snapshot;

/**
 * Where a page lies.
 *
 * @param segment the segment's id
 * @param offset of the page's first byte in the segment's file
 */
record PageRef(String segment, long offset) {}
