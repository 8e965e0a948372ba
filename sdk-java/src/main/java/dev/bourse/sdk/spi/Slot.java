package dev.bourse.sdk.spi;

import dev.bourse.sdk.Readout;

/**
 * One thing to read from a forward pass.
 *
 * @param index index of an input token of the pass, from 0; its logits are read
 * @param readout what to make of them
 */
public record Slot(int index, Readout readout) {}
