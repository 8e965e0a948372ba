/**
 * The KV cache as pages: one pool of fixed-size pages, and page tables that share them
 * copy-on-write.
 *
 * <p>Laws, checked at every change and by {@link dev.bourse.kv.PagePool#check()}:
 *
 * <ul>
 *   <li>free + resident pages is the size of the pool;
 *   <li>a page's reference count is the number of page tables that hold it;
 *   <li>a committed page never changes, a working page has exactly one holder.
 * </ul>
 *
 * <p>Nothing here is thread-safe: the engine calls it with its lock held. The forward pass alone
 * reads and writes the memory of pages without, those of contexts that nobody else touches then.
 */
@NullMarked
package dev.bourse.kv;

import org.jspecify.annotations.NullMarked;
