/** WASI, preview 1 and 0.2, as far as an inferlet is allowed any of it. */
@NullMarked
package dev.bourse.host.wasi;

import org.jspecify.annotations.NullMarked;
