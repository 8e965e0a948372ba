/**
 * Servers of the Model Context Protocol for inferlets: {@code pie:mcp/client} over standard input
 * and output of a process, or over streamable HTTP, as the configuration names them.
 *
 * <p>The protocol is JSON-RPC 2.0 with an opening exchange. Results go to the guest as the JSON
 * they came as, so a client of our own is a few hundred lines; the official SDK reads lines without
 * a bound, turns results into objects of its own, and cannot be interrupted while it waits.
 *
 * <p>Laws: a server that hangs, dies, floods or lies ends in an error of the call; what it sends is
 * bounded message by message; its process and its connections end with the inferlet's.
 */
@NullMarked
package dev.bourse.host.mcp;

import org.jspecify.annotations.NullMarked;
