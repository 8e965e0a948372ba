/**
 * The command line as a client of a server: {@code deploy}, {@code launch}, {@code attach}, {@code
 * ps} and the like. What they share is where the server is ({@link
 * dev.bourse.server.remote.ServerOption}).
 */
@NullMarked
package dev.bourse.server.remote;

import org.jspecify.annotations.NullMarked;
