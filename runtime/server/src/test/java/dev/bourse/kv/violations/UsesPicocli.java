package dev.bourse.kv.violations;

import picocli.CommandLine;

/** Depends on a library that belongs to the server. */
public record UsesPicocli(CommandLine commandLine) {}
