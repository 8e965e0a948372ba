package dev.bourse.text;

/**
 * A token whose text stands for it as a whole: {@link TokenType#CONTROL}, {@link
 * TokenType#USER_DEFINED} or {@link TokenType#UNKNOWN}.
 *
 * @param id its number
 * @param text as it is written in a prompt
 * @param type which of the three
 */
public record SpecialToken(int id, String text, TokenType type) {}
