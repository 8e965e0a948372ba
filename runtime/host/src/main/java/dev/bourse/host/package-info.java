/**
 * Inferlets: the programs that live next to the model, and the sandbox they run in.
 *
 * <p>A {@link dev.bourse.host.program.Program} is a validated WebAssembly module (or a trusted Java
 * class); an {@link dev.bourse.host.process.InferletProcess} is one run of it on a virtual thread
 * of its own. Guests reach the engine only through the imports of the guest ABI, which this package
 * serves from one table of typed functions ({@code HostFunctions}); lifting and lowering of their
 * arguments is written once, in {@code WitType}.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li><b>Isolation.</b> Nothing a guest does harms another guest, the engine or the host. Every
 *       resource a guest can take is bounded by a named field of {@link
 *       dev.bourse.host.process.Limits}.
 *   <li><b>No raw exception.</b> Whatever the bytes of a module, loading it either succeeds or
 *       throws {@link dev.bourse.host.program.ProgramException}; whatever it does when run, its
 *       process ends with an {@link dev.bourse.host.process.Outcome}.
 *   <li><b>Nothing leaks.</b> When a process ends, for whatever reason, its contexts, futures and
 *       handles are gone.
 *   <li><b>Only here.</b> No other module knows which WebAssembly runtime runs the guests.
 * </ul>
 */
@NullMarked
package dev.bourse.host;

import org.jspecify.annotations.NullMarked;
