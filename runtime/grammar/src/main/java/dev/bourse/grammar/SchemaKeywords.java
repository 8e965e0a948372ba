package dev.bourse.grammar;

import java.util.Map;

/** The keywords that constrain values in ways which are not supported, and what to do instead. */
final class SchemaKeywords {

  private static final String NOT_SUPPORTED = "is not supported";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("not", NOT_SUPPORTED + "; say what is allowed"),
          Map.entry("if", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("then", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("else", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("dependentSchemas", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("dependentRequired", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("dependencies", NOT_SUPPORTED + "; use anyOf"),
          Map.entry("contains", NOT_SUPPORTED),
          Map.entry("minContains", NOT_SUPPORTED),
          Map.entry("maxContains", NOT_SUPPORTED),
          Map.entry("propertyNames", NOT_SUPPORTED + "; use patternProperties"),
          Map.entry("unevaluatedItems", NOT_SUPPORTED + "; use items"),
          Map.entry("unevaluatedProperties", NOT_SUPPORTED + "; use additionalProperties"),
          Map.entry("additionalItems", "is of an older draft; use prefixItems and items"),
          Map.entry("$dynamicRef", NOT_SUPPORTED + "; use $ref"),
          Map.entry("$recursiveRef", NOT_SUPPORTED + "; use $ref"));

  private SchemaKeywords() {}

  /** Refuses a schema that says what cannot be enforced. Unknown keywords are annotations. */
  static void check(SchemaPlace schema) {
    if (!schema.node().isObject()) {
      throw schema.problem("is neither an object nor true or false");
    }
    for (String keyword : schema.node().propertyNames()) {
      String why = REFUSED.get(keyword);
      if (why != null) {
        throw schema.at(keyword).problem("'" + keyword + "' " + why);
      }
    }
    SchemaPlace unique = schema.at("uniqueItems");
    if (unique.node().isBoolean() && unique.node().booleanValue()) {
      throw unique.problem("'uniqueItems' is not supported");
    }
    if (!schema.pointer().equals("#") && schema.has("$id")) {
      throw schema.at("$id").problem("'$id' below the root is not supported");
    }
    if (schema.at("items").node().isArray()) {
      throw schema.at("items").problem("an array is of an older draft; use prefixItems");
    }
  }
}
