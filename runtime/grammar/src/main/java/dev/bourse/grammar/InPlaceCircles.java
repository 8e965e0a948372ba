package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Refuses a schema that applies itself to the same value ({@code $ref}, {@code allOf}, {@code
 * anyOf}, {@code oneOf} in a circle): it would be valid because it is valid.
 */
final class InPlaceCircles {

  private final SchemaDocument document;

  InPlaceCircles(SchemaDocument document) {
    this.document = document;
  }

  /** Looks whether a place leads back to itself. */
  void check(SchemaPlace start) {
    Set<String> seen = new HashSet<>();
    Deque<SchemaPlace> open = new ArrayDeque<>(applied(start));
    while (!open.isEmpty()) {
      SchemaPlace place = open.poll();
      if (place.pointer().equals(start.pointer())) {
        throw start.problem("refers to itself without anything in between");
      }
      if (seen.add(place.pointer())) {
        open.addAll(applied(place));
      }
    }
  }

  private List<SchemaPlace> applied(SchemaPlace place) {
    List<SchemaPlace> applied = new ArrayList<>();
    if (place.has("$ref")) {
      applied.add(document.target(place));
    }
    for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
      if (place.has(keyword)) {
        applied.addAll(place.at(keyword).elements());
      }
    }
    return applied;
  }
}
