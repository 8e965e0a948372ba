/**
 * End-to-end measurements. Each prints a Markdown table in which a rate stands beside the limit it
 * is held against, measured in the same run.
 */
@NullMarked
package dev.bourse.bench;

import org.jspecify.annotations.NullMarked;
