package dev.bourse.host;

import dev.bourse.sdk.Inferlet;
import java.util.function.Supplier;

/** A host-side inferlet. */
record JavaProgram(String name, Supplier<? extends Inferlet> inferlet) implements Program {}
