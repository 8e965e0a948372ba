/** Classes that break the rules of the architecture, to see that the rules notice. */
@NullMarked
package dev.bourse.kv.violations;

import org.jspecify.annotations.NullMarked;
