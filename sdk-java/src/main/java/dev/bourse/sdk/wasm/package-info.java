/**
 * The sandboxed place: each operation of {@link dev.bourse.sdk.spi} as a call of the guest ABI's
 * imports, compiled to WebAssembly by TeaVM. Nothing in this package runs on a JVM.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>Everything that crosses the boundary lies in the {@link dev.bourse.sdk.wasm.Arena}, an
 *       ordinary Java array that is read and written by index. Only its address is taken, right
 *       before an import is called, and nothing is allocated between the two: the collector may
 *       move objects at any allocation, and only then.
 *   <li>During an import the host allocates through {@code cabi_realloc}, which bumps a pointer
 *       inside the arena and never touches the Java heap. What does not fit gets an address outside
 *       memory, which the host traps.
 *   <li>Results are copied out of the arena before the next call.
 * </ul>
 */
@NullMarked
package dev.bourse.sdk.wasm;

import org.jspecify.annotations.NullMarked;
