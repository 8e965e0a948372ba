/** What answers the embedding requests of the OpenAI-compatible endpoint. */
@NullMarked
package dev.bourse.inferlets.openaiembeddings;

import org.jspecify.annotations.NullMarked;
