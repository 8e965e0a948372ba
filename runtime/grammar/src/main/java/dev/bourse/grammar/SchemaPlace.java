package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A value in a schema and where it is.
 *
 * @param pointer its JSON pointer, as the fragment of a URI
 * @param applied whether its {@code $ref}, {@code allOf}, {@code anyOf} and {@code oneOf} have been
 *     taken into account already, so that only its other keywords count
 */
record SchemaPlace(String pointer, JsonNode node, boolean applied) {

  SchemaPlace(String pointer, JsonNode node) {
    this(pointer, node, false);
  }

  /** The value of a keyword, or an element; a missing node if there is none. */
  SchemaPlace at(String name) {
    return new SchemaPlace(child(name), node.path(name));
  }

  SchemaPlace at(int index) {
    return new SchemaPlace(child(Integer.toString(index)), node.path(index));
  }

  private String child(String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  boolean has(String keyword) {
    return node.has(keyword);
  }

  /** All members or elements. */
  List<SchemaPlace> children() {
    List<SchemaPlace> children = new ArrayList<>();
    if (node.isObject()) {
      node.propertyNames().forEach(name -> children.add(at(name)));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      children.add(at(i));
    }
    return children;
  }

  /** The members of an object that a keyword must have. */
  List<SchemaPlace> members() {
    if (!node.isObject()) {
      throw problem("is not an object");
    }
    return children();
  }

  /** The elements of an array that a keyword must have. */
  List<SchemaPlace> elements() {
    if (!node.isArray()) {
      throw problem("is not an array");
    }
    return children();
  }

  /** The last part of the pointer, as it is spelled in the schema. */
  String name() {
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    return last.replace("~1", "/").replace("~0", "~");
  }

  SchemaPlace whenApplied() {
    return new SchemaPlace(pointer, node, true);
  }

  String key() {
    return applied ? pointer + "!" : pointer;
  }

  GrammarException problem(String what) {
    return new GrammarException("schema, " + pointer + ": " + what);
  }
}
