/**
 * {@code bourse simulate}: policies compared on simulated work. What is simulated, and how it is
 * measured, is in {@link dev.bourse.scheduler.simulation}; here are the files and the drawing.
 */
@NullMarked
package dev.bourse.server.simulate;

import org.jspecify.annotations.NullMarked;
