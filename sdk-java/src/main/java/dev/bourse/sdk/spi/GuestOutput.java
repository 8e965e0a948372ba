package dev.bourse.sdk.spi;

import dev.bourse.sdk.Observation;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.SlotOutput;
import java.util.List;

/**
 * What a forward pass gave.
 *
 * @param slots a token for each draft that was right, then one output per slot of the request, in
 *     its order
 * @param observations one for each token drawn, in the order of the slots, if those were wanted
 * @param receipt what it took
 */
public record GuestOutput(
    List<SlotOutput> slots, List<Observation> observations, Receipt receipt) {}
