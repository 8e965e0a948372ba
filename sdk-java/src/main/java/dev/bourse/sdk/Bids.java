package dev.bourse.sdk;

/**
 * What a context offers at a moment, in credits.
 *
 * @param perToken for a token slot
 * @param perPage for a page and step
 */
public record Bids(double perToken, double perPage) {}
