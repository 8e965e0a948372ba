/** The inferlet {@code conversation}: a conversation that outlives the engine, turn by turn. */
@NullMarked
package dev.bourse.inferlets.conversation;

import org.jspecify.annotations.NullMarked;
