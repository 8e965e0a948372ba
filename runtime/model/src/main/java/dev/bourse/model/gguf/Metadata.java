package dev.bourse.model.gguf;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key-value part of a GGUF file. Every accessor checks the type and the range of what it
 * returns; what does not fit comes out as a {@link ModelFileException} that names the key, what was
 * found and what was expected. A key that is absent is an empty result, or an error of the {@code
 * require} methods.
 */
public final class Metadata {
  private final String file;
  private final Map<String, MetadataValue> values;

  Metadata(String file, Map<String, MetadataValue> values) {
    this.file = file;
    this.values = values;
  }

  /** All keys in the order of the file. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** Whether the file has this key, with whatever type. */
  public boolean contains(String key) {
    return values.containsKey(key);
  }

  /** A short text that shows the value of a key to a person; empty if the key is absent. */
  public Optional<String> describe(String key) {
    return Optional.ofNullable(values.get(key)).map(MetadataValue::describe);
  }

  /** An integer of any width within {@code [min, max]}. */
  public OptionalLong integer(String key, long min, long max) throws ModelFileException {
    MetadataValue value = values.get(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!(value instanceof MetadataValue.Whole integer)) {
      throw mismatch(key, "an integer", value);
    }
    if (!integer.fitsLong() || integer.value() < min || integer.value() > max) {
      throw mismatch(key, "between " + min + " and " + max, value);
    }
    return OptionalLong.of(integer.value());
  }

  /** An integer of any width within {@code [min, max]}, which the file must have. */
  public int requireInteger(String key, int min, int max) throws ModelFileException {
    OptionalLong value = integer(key, min, max);
    return (int) value.orElseThrow(() -> missing(key));
  }

  /** A finite number; integers count as numbers. */
  public OptionalDouble real(String key) throws ModelFileException {
    MetadataValue value = values.get(key);
    return switch (value) {
      case null -> OptionalDouble.empty();
      case MetadataValue.Real real when Double.isFinite(real.value()) ->
          OptionalDouble.of(real.value());
      case MetadataValue.Whole integer when integer.fitsLong() ->
          OptionalDouble.of((double) integer.value());
      default -> throw mismatch(key, "a finite number", value);
    };
  }

  /** A finite number, which the file must have. */
  public double requireReal(String key) throws ModelFileException {
    OptionalDouble value = real(key);
    return value.orElseThrow(() -> missing(key));
  }

  /** A truth value. */
  public Optional<Boolean> flag(String key) throws ModelFileException {
    MetadataValue value = values.get(key);
    return switch (value) {
      case null -> Optional.empty();
      case MetadataValue.Flag flag -> Optional.of(flag.value());
      default -> throw mismatch(key, "true or false", value);
    };
  }

  /** A string. */
  public Optional<String> text(String key) throws ModelFileException {
    MetadataValue value = values.get(key);
    return switch (value) {
      case null -> Optional.empty();
      case MetadataValue.Text text -> Optional.of(text.value());
      default -> throw mismatch(key, "a string", value);
    };
  }

  /** A string, which the file must have. */
  public String requireText(String key) throws ModelFileException {
    Optional<String> value = text(key);
    return value.orElseThrow(() -> missing(key));
  }

  /** The number of elements of an array of any type. */
  public OptionalLong arrayLength(String key) throws ModelFileException {
    MetadataValue.Array array = array(key);
    return array == null ? OptionalLong.empty() : OptionalLong.of(array.count());
  }

  /** An array of strings, decoded anew by every call. */
  public Optional<String[]> texts(String key) throws ModelFileException {
    MetadataValue.Array array = array(key);
    if (array == null) {
      return Optional.empty();
    }
    if (array.element() != MetadataType.STRING) {
      throw mismatch(key, "an array of strings", array);
    }
    String[] texts = new String[array.count()];
    GgufCursor cursor = new GgufCursor(file, array.bytes());
    // One name for all elements: building a name for each would cost more than reading them.
    String what = "a string of key '" + key + "'";
    for (int i = 0; i < texts.length; i++) {
      texts[i] = cursor.readString(Integer.MAX_VALUE, what);
    }
    return Optional.of(texts);
  }

  /** An array of integers that each fit 32 bits, decoded anew by every call. */
  public Optional<int[]> integers(String key) throws ModelFileException {
    MetadataValue.Array array = array(key);
    if (array == null) {
      return Optional.empty();
    }
    if (!array.element().isInteger()) {
      throw mismatch(key, "an array of integers", array);
    }
    int[] integers = new int[array.count()];
    GgufCursor cursor = new GgufCursor(file, array.bytes());
    String what = "an element of key '" + key + "'";
    for (int i = 0; i < integers.length; i++) {
      long value = GgufReader.readInteger(cursor, array.element(), what);
      if (value != (int) value) {
        throw new ModelFileException(
            file,
            "key '" + key + "': element " + i + " is " + value + ", which is no 32-bit integer");
      }
      integers[i] = (int) value;
    }
    return Optional.of(integers);
  }

  /** An array of 32-bit floats, decoded anew by every call. */
  public Optional<float[]> reals(String key) throws ModelFileException {
    MetadataValue.Array array = array(key);
    if (array == null) {
      return Optional.empty();
    }
    if (array.element() != MetadataType.FLOAT32) {
      throw mismatch(key, "an array of 32-bit floats", array);
    }
    float[] reals = new float[array.count()];
    GgufCursor cursor = new GgufCursor(file, array.bytes());
    String what = "an element of key '" + key + "'";
    for (int i = 0; i < reals.length; i++) {
      reals[i] = Float.intBitsToFloat(cursor.readInt(what));
    }
    return Optional.of(reals);
  }

  private MetadataValue.@Nullable Array array(String key) throws ModelFileException {
    MetadataValue value = values.get(key);
    return switch (value) {
      case null -> null;
      case MetadataValue.Array array -> array;
      default -> throw mismatch(key, "an array", value);
    };
  }

  private ModelFileException missing(String key) {
    return new ModelFileException(file, "the key '" + key + "' is missing");
  }

  private ModelFileException mismatch(String key, String expected, MetadataValue found) {
    return new ModelFileException(
        file, "key '" + key + "' must be " + expected + ", but is " + found.describe());
  }
}
