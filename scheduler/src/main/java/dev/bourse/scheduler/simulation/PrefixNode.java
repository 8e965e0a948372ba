package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.market.SharedPages;
import org.jspecify.annotations.Nullable;

/** Pages that contexts begin with in common: a node of the prefix tree. */
final class PrefixNode {
  final @Nullable PrefixNode parent;

  /** Where its tokens begin and end in every context that has them. */
  final int begin;

  final int end;

  /** Frames its pages take when it is in memory: all of them, or none. */
  final int pages;

  boolean inMemory;

  /** Whether its pages, all of them computed, are in the second tier. */
  boolean isSpilled;

  /** Tokens up to which its pages are computed, from the beginning of the context. */
  int computed;

  /** Tokens up to which they ever were. */
  int high;

  /** Contexts in memory that have it, and nodes in memory that continue it. */
  int holders;

  /** Its number among those that are told to the market; the empty prefix has none. */
  int segment = SharedPages.NONE;

  /** When the last of them left, in ticks. */
  long left;

  /** Who computes its next page in the step that is planned. */
  @Nullable SimulatedContext filler;

  PrefixNode(@Nullable PrefixNode parent, int tokens, EngineModel engine) {
    this.parent = parent;
    this.begin = parent == null ? 0 : parent.end;
    this.end = begin + tokens;
    this.pages = engine.pagesFor(tokens);
    this.computed = begin;
    this.high = begin;
  }

  boolean isComputed() {
    return computed == end;
  }
}
