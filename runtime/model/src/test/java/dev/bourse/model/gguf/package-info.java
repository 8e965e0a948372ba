@NullMarked
package dev.bourse.model.gguf;

import org.jspecify.annotations.NullMarked;
