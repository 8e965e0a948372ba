/** The inferlet {@code text-completion}: one prompt, one streamed answer. */
@NullMarked
package dev.bourse.inferlets.textcompletion;

import org.jspecify.annotations.NullMarked;
