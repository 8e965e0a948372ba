/**
 * What the server knows of a request, whatever the wire: its id, the trace that it belongs to,
 * whose it is, and who is told how it ended.
 */
@NullMarked
package dev.bourse.server.request;

import org.jspecify.annotations.NullMarked;
