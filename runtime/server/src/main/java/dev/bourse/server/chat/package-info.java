/**
 * {@code bourse chat}: a conversation with a model, kept under a name. Each turn is a process of
 * the inferlet {@code conversation}, on an engine in this process or on a server; which of them,
 * only {@link dev.bourse.server.chat.Conversations} knows.
 */
@NullMarked
package dev.bourse.server.chat;

import org.jspecify.annotations.NullMarked;
