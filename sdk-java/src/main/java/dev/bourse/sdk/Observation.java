package dev.bourse.sdk;

/**
 * What the model made of a token that was drawn: its own distribution, before bias, mask and
 * temperature.
 *
 * @param tokens the one that was drawn, then the most probable ones, most probable first
 * @param logprobs the natural logarithm of the probability of each
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record Observation(int[] tokens, float[] logprobs) {}
