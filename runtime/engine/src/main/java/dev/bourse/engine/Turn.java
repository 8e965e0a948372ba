package dev.bourse.engine;

/**
 * What a context did between two pauses: a prompt, and the tokens that were generated after it.
 *
 * @param context its number
 * @param user whose it is
 * @param beganNanos when its first pass was submitted, by {@link System#nanoTime}
 * @param endedNanos when its last pass was finished
 * @param prompt tokens that were given, those that were found in the cache too
 * @param output tokens that were fed back one by one
 * @param perToken credits that it offered for a token slot when it began
 */
public record Turn(
    long context,
    String user,
    long beganNanos,
    long endedNanos,
    int prompt,
    int output,
    double perToken) {}
