package dev.bourse.text.template;

import java.time.LocalDateTime;

/** What the functions and filters of one rendering may use: its budget and its time. */
record Rendering(Budget budget, LocalDateTime now) {

  /** A new string, accounted for. */
  Value.Str text(String text) {
    budget.text(text.length());
    return Value.Str.of(text);
  }

  /** The printed form of a value. */
  String print(Value value) {
    return Representation.str(value, budget);
  }
}
