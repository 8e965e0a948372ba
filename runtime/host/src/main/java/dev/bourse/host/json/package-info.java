/** JSON and TOML as trees. */
@NullMarked
package dev.bourse.host.json;

import org.jspecify.annotations.NullMarked;
