package dev.bourse.host.http;

import dev.bourse.host.http.FieldException.Reason;
import dev.bourse.host.process.GuestTrap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The header or trailer fields of a message, in their order. A name is a token and a value has no
 * line break, so what is written on the wire is what was set (RFC 9110, sections 5.1 and 5.5).
 */
public final class Fields {
  /** What the fields of one message may take, names and values together. */
  public static final int BYTES_MAX = 32 << 10;

  /** Counted for each field beside its bytes, so that many small ones are not free. */
  private static final int FIELD_OVERHEAD = 32;

  /** Fields of the connection, which are the host's to set. */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "connection",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private record Field(String name, String value) {}

  private final List<Field> list = new ArrayList<>();
  private final boolean frozen;
  private int bytes;

  /** None, for somebody to set. */
  public Fields() {
    this(false);
  }

  private Fields(boolean frozen) {
    this.frozen = frozen;
  }

  /** The fields of a message that arrived, as they came; values are Latin-1 for bytes. */
  public static Fields received(Iterable<Map.Entry<String, String>> entries) {
    Fields fields = new Fields(true);
    for (Map.Entry<String, String> entry : entries) {
      fields.put(entry.getKey(), entry.getValue());
    }
    return fields;
  }

  /** These fields as they are now, for nobody to change. */
  public Fields frozen() {
    return copyInto(new Fields(true));
  }

  /** These fields as they are now, for somebody to change. */
  public Fields copy() {
    return copyInto(new Fields(false));
  }

  private Fields copyInto(Fields copy) {
    copy.list.addAll(list);
    copy.bytes = bytes;
    return copy;
  }

  /** The values of {@code name}, in their order; none if it is not there. */
  public List<String> values(String name) {
    return list.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  /** Every field as (name, value), in their order. */
  public List<Map.Entry<String, String>> entries() {
    List<Map.Entry<String, String>> entries = new ArrayList<>();
    for (Field field : list) {
      entries.add(Map.entry(field.name(), field.value()));
    }
    return entries;
  }

  /** Names and values together, and something for each field. */
  public int bytes() {
    return bytes;
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  /**
   * Adds a field after the others.
   *
   * @param value Latin-1 for bytes
   * @throws FieldException when it may not be set
   * @throws GuestTrap when all fields together are larger than {@link #BYTES_MAX}
   */
  public void append(String name, String value) throws FieldException {
    require(name, List.of(value));
    put(name, value);
  }

  /** Puts {@code values} in the place of whatever {@code name} had; throws as {@link #append}. */
  public void set(String name, List<String> values) throws FieldException {
    require(name, values);
    remove(name);
    values.forEach(value -> put(name, value));
  }

  /** Removes all values of {@code name}; throws as {@link #append}. */
  public void delete(String name) throws FieldException {
    require(name, List.of());
    remove(name);
  }

  private void put(String name, String value) {
    bytes += name.length() + value.length() + FIELD_OVERHEAD;
    if (!frozen && bytes > BYTES_MAX) {
      throw new GuestTrap("fields of %d bytes, at most %d are sent".formatted(bytes, BYTES_MAX));
    }
    list.add(new Field(name, value));
  }

  private void remove(String name) {
    list.removeIf(field -> field.name().equalsIgnoreCase(name));
    bytes = 0;
    for (Field field : list) {
      bytes += field.name().length() + field.value().length() + FIELD_OVERHEAD;
    }
  }

  private void require(String name, List<String> values) throws FieldException {
    if (frozen) {
      throw new FieldException(Reason.IMMUTABLE, "these fields cannot be changed");
    }
    if (!Tokens.isToken(name)) {
      throw new FieldException(Reason.INVALID_SYNTAX, "not the name of a field: " + name);
    }
    if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
      throw new FieldException(Reason.FORBIDDEN, "the host sets the field " + name);
    }
    for (String value : values) {
      if (!Tokens.isFieldValue(value)) {
        throw new FieldException(Reason.INVALID_SYNTAX, "not a value for the field " + name);
      }
    }
  }

  static String latin1(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.ISO_8859_1);
  }
}
