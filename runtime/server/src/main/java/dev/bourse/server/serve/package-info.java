/** {@code bourse serve} and the keys of its tenants: a node, put together and listened for. */
@NullMarked
package dev.bourse.server.serve;

import org.jspecify.annotations.NullMarked;
