package dev.bourse.grammar;

/**
 * What a JSON Schema leaves open.
 *
 * @param whitespace between the tokens of JSON
 * @param closedObjects whether an object without {@code additionalProperties} has no others than
 *     its {@code properties} and {@code patternProperties}; the specification says it may have any
 */
public record SchemaOptions(Whitespace whitespace, boolean closedObjects) {

  /** The usual white space, and objects as the specification says. */
  public static final SchemaOptions DEFAULT = new SchemaOptions(Whitespace.USUAL, false);
}
