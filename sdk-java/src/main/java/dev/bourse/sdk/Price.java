package dev.bourse.sdk;

/**
 * What a step sold, and for how much.
 *
 * @param step its number
 * @param slots token slots there were
 * @param tokens of those, how many were computed
 * @param waiting contexts that wanted some and got none
 * @param slotPrice credits for a token slot; 0 if there were enough
 * @param pagePrice credits for a page and step; 0 if nobody waited for memory
 */
public record Price(
    long step, int slots, int tokens, int waiting, double slotPrice, double pagePrice) {}
