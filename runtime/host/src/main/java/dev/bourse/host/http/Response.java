package dev.bourse.host.http;

/**
 * What a response begins with, and its body as it comes.
 *
 * @param status 100 … 999
 */
public record Response(int status, Fields fields, BodyPipe body) {}
