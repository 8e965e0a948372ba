/** One run of an inferlet: its life, what it may take, and what it holds of the engines. */
@NullMarked
package dev.bourse.host.process;

import org.jspecify.annotations.NullMarked;
