/** {@code bourse new}: a project for an inferlet, in the language of one's choice. */
@NullMarked
package dev.bourse.server.scaffold;

import org.jspecify.annotations.NullMarked;
