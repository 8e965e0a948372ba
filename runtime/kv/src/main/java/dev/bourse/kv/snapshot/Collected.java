package dev.bourse.kv.snapshot;

import java.util.List;

/**
 * What a collection did.
 *
 * @param expiredNames names whose time was over
 * @param segments segment files that were deleted, compacted ones among them
 * @param bytes that the folder is smaller by
 * @param leftovers temporary files of interrupted writes that were deleted
 * @param problems why something that looks dead was kept, one sentence each
 */
public record Collected(
    int expiredNames, int segments, long bytes, int leftovers, List<String> problems) {}
