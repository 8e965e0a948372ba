/**
 * Snapshots on disk: a (user, name) is a manifest, which refers to the pages of a context in
 * content-addressed segment files. What {@code save} acknowledged survives the end of the process
 * at any point.
 *
 * <p>The store knows files, not engines: what a page key is made of, and whether a snapshot fits a
 * model, is its caller's business.
 */
@NullMarked
package dev.bourse.kv.snapshot;

import org.jspecify.annotations.NullMarked;
