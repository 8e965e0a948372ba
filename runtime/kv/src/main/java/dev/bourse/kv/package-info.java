/**
 * The KV cache as pages: one pool of frames, a prefix tree of sealed pages over it, and page tables
 * that share them.
 *
 * <p>The laws are listed and checked in {@code PageLaws}, by {@link
 * dev.bourse.kv.PageCache#check(java.util.Collection)}; {@code docs/pages.md} draws them.
 *
 * <p>Nothing here is thread-safe unless it says so: the engine calls it with its lock held. The
 * forward pass alone reads and writes frames without, those of tables that nobody else touches
 * then; and whoever loads pages or writes them out, frames of pages that are loading or leased.
 */
@NullMarked
package dev.bourse.kv;

import org.jspecify.annotations.NullMarked;
