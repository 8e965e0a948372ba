/** The interfaces {@code pie:*}, and ours beside them, {@code bourse:*}. */
@NullMarked
package dev.bourse.host.pie;

import org.jspecify.annotations.NullMarked;
