/** {@code bourse top}: what a server does, live on a terminal. */
@NullMarked
package dev.bourse.server.top;

import org.jspecify.annotations.NullMarked;
