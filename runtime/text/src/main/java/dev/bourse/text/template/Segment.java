package dev.bourse.text.template;

/**
 * A piece of a prompt.
 *
 * @param text not empty
 * @param special whether it is the template's own text, in which the text of special tokens stands
 *     for those tokens; else it was written by a user or a program and is plain
 */
public record Segment(String text, boolean special) {}
