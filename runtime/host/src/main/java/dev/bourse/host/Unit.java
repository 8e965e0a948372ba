package dev.bourse.host;

/** The value of a function that returns nothing. */
enum Unit {
  UNIT
}
