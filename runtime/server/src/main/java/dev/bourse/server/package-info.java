/**
 * The command line: {@code bourse run}, {@code inspect}, and the commands that check this engine
 * against others.
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>Standard output carries results and nothing else; everything about them goes to standard
 *       error.
 *   <li>A user never sees a stack trace, unless asked for with {@code --debug} or {@code
 *       BOURSE_DEBUG}. Every error is one line that begins with {@code bourse:} and says what to
 *       do.
 *   <li>How a command ended is its exit code, one of {@link dev.bourse.server.ExitCode}.
 *   <li>Only this package knows picocli.
 * </ul>
 */
@NullMarked
package dev.bourse.server;

import org.jspecify.annotations.NullMarked;
