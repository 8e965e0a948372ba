/**
 * JSON (RFC 8259) for inferlets: a strict reader and a canonical writer (RFC 8785), small enough to
 * be compiled into every guest.
 *
 * <p>Values are {@link java.util.Map} (in the order read), {@link java.util.List}, {@link
 * java.lang.String}, {@link java.lang.Long}, {@link java.lang.Double}, {@link java.lang.Boolean}
 * and null.
 */
@NullMarked
package dev.bourse.sdk.json;

import org.jspecify.annotations.NullMarked;
