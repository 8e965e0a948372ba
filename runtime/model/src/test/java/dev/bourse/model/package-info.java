@NullMarked
package dev.bourse.model;

import org.jspecify.annotations.NullMarked;
