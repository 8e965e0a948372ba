package dev.bourse.sdk.spi;

import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.SlotOutput;
import java.util.List;

/**
 * What a forward pass gave.
 *
 * @param slots a token for each draft that was right, then one output per slot of the request, in
 *     its order
 * @param receipt what it took
 */
public record GuestOutput(List<SlotOutput> slots, Receipt receipt) {}
