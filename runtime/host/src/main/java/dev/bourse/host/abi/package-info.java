/**
 * The canonical ABI: how values, strings and handles pass between a guest's memory and the host,
 * and the linking of a module's imports.
 */
@NullMarked
package dev.bourse.host.abi;

import org.jspecify.annotations.NullMarked;
