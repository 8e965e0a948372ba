/** Programs: their manifests, where they come from, and what is checked before one runs. */
@NullMarked
package dev.bourse.host.program;

import org.jspecify.annotations.NullMarked;
