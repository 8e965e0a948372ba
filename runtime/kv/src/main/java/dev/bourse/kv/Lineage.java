package dev.bourse.kv;

/**
 * Whose pages they are: a tenant, or an imported file. Pages of different lineages never meet, even
 * with the same tokens; so nobody learns from the time an answer takes what others have asked.
 *
 * @param name the tenant's name, or {@code import:} and a digest
 */
public record Lineage(String name) {}
