/** What answers the chat, completion and response requests of the OpenAI-compatible endpoint. */
@NullMarked
package dev.bourse.inferlets.openaichat;

import org.jspecify.annotations.NullMarked;
