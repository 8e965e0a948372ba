/**
 * The model that ships with the engine: Pocket Chat 5M, so that everything runs without a download.
 */
@NullMarked
package dev.bourse.demo;

import org.jspecify.annotations.NullMarked;
