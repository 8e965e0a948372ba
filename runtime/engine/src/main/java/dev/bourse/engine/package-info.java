/**
 * The engine: contexts, processes and the step loop.
 *
 * <p>A step is plan → batch → forward → sample → settle, on one thread. Page tables and queues are
 * guarded by one lock, which the loop holds while it plans and settles and never while it computes:
 * so an inferlet forks or truncates a context in microseconds while the batch of the others runs,
 * and whatever touches a context that is in the batch waits for its end.
 *
 * <p>Laws: a step serves only contexts that asked; the reference count of a page is the number of
 * page tables that hold it; closing a process frees everything it held, also when it is in the
 * batch.
 */
@NullMarked
package dev.bourse.engine;

import org.jspecify.annotations.NullMarked;
