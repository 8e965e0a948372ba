package dev.bourse.host.abi;

/** The value of a function that returns nothing. */
public enum Unit {
  UNIT
}
