/** {@code bourse program}: the programs that were added to those that ship. */
@NullMarked
package dev.bourse.server.programs;

import org.jspecify.annotations.NullMarked;
