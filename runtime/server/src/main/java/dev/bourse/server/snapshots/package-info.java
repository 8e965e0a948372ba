/**
 * {@code bourse snapshots}: contexts that were saved under a name, as a person keeps house with
 * them. Everything here works on the folder alone, while engines use it or not.
 */
@NullMarked
package dev.bourse.server.snapshots;

import org.jspecify.annotations.NullMarked;
