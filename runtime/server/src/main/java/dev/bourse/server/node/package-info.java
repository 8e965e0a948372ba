/**
 * The engine as a service, whatever the wire: programs, processes and what they say, for callers of
 * several tenants. It knows nothing of gRPC, HTTP or the command line; those are written on it.
 *
 * <pre>
 *   gRPC ─┐                          ┌─► ProgramShelf ─► program stores
 *   HTTP ─┼─► Node (who may do what) ┼─► ProcessTable ─► host ─► inferlets
 *   CLI  ─┘                          └─► EventLog: what a process said, until somebody reads it
 * </pre>
 */
@NullMarked
package dev.bourse.server.node;

import org.jspecify.annotations.NullMarked;
