package dev.bourse.kv;

/**
 * Whose pages they are: a tenant, or an imported file. Pages of different lineages never meet, even
 * with the same tokens; so nobody learns from the time an answer takes what others have asked.
 *
 * @param name the tenant's name, or {@code import:} and a digest
 * @param domain what the keys of its pages begin with: a digest of the name, the model, and how
 *     pages are laid out
 */
public record Lineage(String name, PageKey domain) {}
