/**
 * Programs that answer HTTP requests, each below {@code /apps/NAME/}: every request is a process of
 * the caller's tenant, priced, limited and listed as any other.
 */
@NullMarked
package dev.bourse.server.apps;

import org.jspecify.annotations.NullMarked;
