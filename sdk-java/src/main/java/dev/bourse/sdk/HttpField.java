package dev.bourse.sdk;

/**
 * A header field.
 *
 * @param value Latin-1
 */
public record HttpField(String name, String value) {}
