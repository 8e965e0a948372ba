package dev.bourse.host.program;

import dev.bourse.sdk.Inferlet;
import java.util.function.Supplier;

/** A host-side inferlet. */
public record JavaProgram(String name, Supplier<? extends Inferlet> inferlet) implements Program {}
