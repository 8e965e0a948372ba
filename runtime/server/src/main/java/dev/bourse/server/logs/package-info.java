/**
 * What a server logs: lines for people or for programs, each with the request, the process and the
 * tenant that it is about. Everything is written by {@link System.Logger}, whoever writes it.
 *
 * <p>Laws: nothing secret is logged (no header field but the request's id and trace, no query, no
 * body), and whoever logs never waits for whoever reads.
 */
@NullMarked
package dev.bourse.server.logs;

import org.jspecify.annotations.NullMarked;
