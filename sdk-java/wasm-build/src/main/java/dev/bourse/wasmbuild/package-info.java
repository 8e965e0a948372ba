/**
 * Compiles inferlets written in Java to WebAssembly with TeaVM. A build step: nothing of this
 * ships.
 *
 * <p>Laws: the same class files give the same module, byte for byte; a module whose inputs have not
 * changed is not built again; a problem that the compiler finds fails the build and names the
 * method.
 */
@NullMarked
package dev.bourse.wasmbuild;

import org.jspecify.annotations.NullMarked;
