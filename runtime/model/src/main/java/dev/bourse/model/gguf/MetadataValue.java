package dev.bourse.model.gguf;

import java.lang.foreign.MemorySegment;

/**
 * A checked metadata value. Arrays stay where they are in the file until somebody asks for them.
 */
sealed interface MetadataValue {

  /** How an error message names what was found. */
  String describe();

  /**
   * An integer of any width; {@code UINT64} values above {@code Long.MAX_VALUE} read as negative.
   */
  record Whole(MetadataType type, long value) implements MetadataValue {
    @Override
    public String describe() {
      return type == MetadataType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }

    boolean fitsLong() {
      return type != MetadataType.UINT64 || value >= 0;
    }
  }

  /** A 32- or 64-bit floating-point number. */
  record Real(double value) implements MetadataValue {
    @Override
    public String describe() {
      return Double.toString(value);
    }
  }

  /** A truth value. */
  record Flag(boolean value) implements MetadataValue {
    @Override
    public String describe() {
      return Boolean.toString(value);
    }
  }

  /** A string. */
  record Text(String value) implements MetadataValue {
    private static final int SHOWN_CHARS = 60;

    @Override
    public String describe() {
      return value.length() <= SHOWN_CHARS
          ? '"' + value + '"'
          : '"' + value.substring(0, SHOWN_CHARS) + "…\" (" + value.length() + " characters)";
    }
  }

  /**
   * An array whose elements were walked over once, so that their extent is known to be inside the
   * file.
   *
   * @param element the type of every element
   * @param count the number of elements
   * @param bytes the elements as they are in the file
   * @param offset where the elements begin in the file, for messages
   */
  record Array(MetadataType element, int count, MemorySegment bytes, long offset)
      implements MetadataValue {
    @Override
    public String describe() {
      return "an array of " + count + " " + element;
    }
  }
}
