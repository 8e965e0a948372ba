/** Trusted inferlets in Java, which run beside the guests without a sandbox. */
@NullMarked
package dev.bourse.host.java;

import org.jspecify.annotations.NullMarked;
