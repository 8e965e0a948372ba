/**
 * {@code bourse bench}: how fast a model is computed on this machine, beside what the machine can
 * physically give.
 */
@NullMarked
package dev.bourse.server.bench;

import org.jspecify.annotations.NullMarked;
