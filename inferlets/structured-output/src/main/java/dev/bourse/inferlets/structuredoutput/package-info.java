/** The inferlet {@code structured-output}: JSON that satisfies a schema. */
@NullMarked
package dev.bourse.inferlets.structuredoutput;

import org.jspecify.annotations.NullMarked;
