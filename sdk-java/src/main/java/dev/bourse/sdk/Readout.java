package dev.bourse.sdk;

/**
 * What a forward pass can be asked for at one of its tokens: a {@link Sampler} draws a token, a
 * {@link Probe} looks.
 */
public sealed interface Readout permits Sampler, Probe {}
