/**
 * The page at {@code /}, and the data that it shows: what the engines do, live, and the caller's
 * processes. One sampler looks at each engine however many look at the page, and whoever reads
 * slowly misses samples instead of holding anything up.
 *
 * <pre>
 *   engines ──► Sampler (one each) ──► Sample ──► LiveView (what this caller may see) ──► events
 *   Node ─────► ProcessList ─────────────────────┘
 * </pre>
 */
@NullMarked
package dev.bourse.server.dashboard;

import org.jspecify.annotations.NullMarked;
