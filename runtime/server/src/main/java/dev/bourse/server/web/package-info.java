/**
 * What HTTP endpoints of the server have in common: ids of requests, who answers which path,
 * requests whose body is read and answers that are written by a thread that may wait.
 */
@NullMarked
package dev.bourse.server.web;

import org.jspecify.annotations.NullMarked;
