package dev.bourse.host;

import com.dylibso.chicory.runtime.Memory;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Values as a guest passes them: the other side of the canonical ABI, written apart from the
 * host's. Values are a number, text, a list, a {@link Case}, an array of fields, or one of the
 * broken things below.
 */
final class GuestValues {
  /** The memory's pages at the start. */
  static final int PAGES = 16;

  /** Where memory ends. */
  static final int END = PAGES << 16;

  /** Where arguments are laid out, in the last page, above what the allocator gives. */
  static final int BEGIN = END - (1 << 16);

  /** A value of a variant. */
  record Case(int discriminant, Object payload) {}

  /** No value. */
  static final Object NOTHING = new Object[0];

  /** A string or list said to lie where the guest likes. */
  record Span(int address, int count) {}

  /** A handle that the guest makes up. */
  record RawHandle(int handle) {}

  private final Memory memory;
  private int next = BEGIN;

  GuestValues(Memory memory) {
    this.memory = memory;
  }

  int allocate(int bytes, int alignment) {
    int address = (next + alignment - 1) & -alignment;
    next = address + bytes;
    return address;
  }

  /** Forgets all values. */
  void reset() {
    next = BEGIN;
  }

  /** Adds the core values that carry {@code value} as a parameter. */
  void lower(WitType<?> type, Object value, List<Long> flat) {
    switch (type.shape()) {
      case Shape.Scalar(CoreType core) -> flat.add(bits(core, value));
      case Shape.Handle _ -> flat.add((long) handle(value));
      case Shape.Text _, Shape.Sequence _ -> {
        Span span = span(type, value);
        flat.add((long) span.address());
        flat.add((long) span.count());
      }
      case Shape.Variant(List<WitType<?>> cases) -> {
        Case chosen = (Case) value;
        int end = flat.size() + type.flat().size();
        flat.add((long) chosen.discriminant());
        if (chosen.discriminant() >= 0 && chosen.discriminant() < cases.size()) {
          lower(cases.get(chosen.discriminant()), chosen.payload(), flat);
        }
        while (flat.size() < end) {
          flat.add(0L);
        }
      }
      case Shape.Fields(List<WitType<?>> fields) -> {
        for (int i = 0; i < fields.size(); i++) {
          lower(fields.get(i), ((Object[]) value)[i], flat);
        }
      }
    }
  }

  private void store(WitType<?> type, Object value, int address) {
    switch (type.shape()) {
      case Shape.Scalar(CoreType core) -> storeBits(type.size(), bits(core, value), address);
      case Shape.Handle _ -> memory.writeI32(address, handle(value));
      case Shape.Text _, Shape.Sequence _ -> {
        Span span = span(type, value);
        memory.writeI32(address, span.address());
        memory.writeI32(address + 4, span.count());
      }
      case Shape.Variant(List<WitType<?>> cases) -> {
        Case chosen = (Case) value;
        memory.writeByte(address, (byte) chosen.discriminant());
        if (chosen.discriminant() >= 0 && chosen.discriminant() < cases.size()) {
          store(cases.get(chosen.discriminant()), chosen.payload(), address + payloadOffset(cases));
        }
      }
      case Shape.Fields(List<WitType<?>> fields) -> {
        int offset = 0;
        for (int i = 0; i < fields.size(); i++) {
          WitType<?> field = fields.get(i);
          offset = align(offset, field.alignment());
          store(field, ((Object[]) value)[i], address + offset);
          offset += field.size();
        }
      }
    }
  }

  private static int handle(Object value) {
    return value instanceof RawHandle(int raw) ? raw : (Integer) value;
  }

  private static long bits(CoreType core, Object value) {
    Number number = (Number) value;
    return switch (core) {
      case I32, I64 -> number.longValue();
      case F32 -> Float.floatToRawIntBits(number.floatValue());
      case F64 -> Double.doubleToRawLongBits(number.doubleValue());
    };
  }

  private void storeBits(int size, long bits, int address) {
    switch (size) {
      case 1 -> memory.writeByte(address, (byte) bits);
      case 2 -> memory.writeShort(address, (short) bits);
      case 4 -> memory.writeI32(address, (int) bits);
      default -> memory.writeLong(address, bits);
    }
  }

  private Span span(WitType<?> type, Object value) {
    if (value instanceof Span raw) {
      return raw;
    }
    if (type.shape() instanceof Shape.Text) {
      byte[] utf8 =
          value instanceof byte[] raw ? raw : ((String) value).getBytes(StandardCharsets.UTF_8);
      int address = allocate(utf8.length, 1);
      memory.write(address, utf8);
      return new Span(address, utf8.length);
    }
    WitType<?> element = ((Shape.Sequence) type.shape()).element();
    List<?> values = (List<?>) value;
    int address = allocate(values.size() * element.size(), element.alignment());
    for (int i = 0; i < values.size(); i++) {
      store(element, values.get(i), address + i * element.size());
    }
    return new Span(address, values.size());
  }

  /** Reads a value that the host has written. */
  Object load(WitType<?> type, int address) {
    return switch (type.shape()) {
      case Shape.Scalar(CoreType core) -> number(core, loadBits(type.size(), address));
      case Shape.Handle _ -> memory.readInt(address);
      case Shape.Text _ -> {
        int length = memory.readInt(address + 4);
        byte[] utf8 = length == 0 ? new byte[0] : memory.readBytes(memory.readInt(address), length);
        yield new String(utf8, StandardCharsets.UTF_8);
      }
      case Shape.Sequence(WitType<?> element) -> {
        List<Object> values = new ArrayList<>();
        int first = memory.readInt(address);
        for (int i = 0; i < memory.readInt(address + 4); i++) {
          values.add(load(element, first + i * element.size()));
        }
        yield values;
      }
      case Shape.Variant(List<WitType<?>> cases) -> {
        int discriminant = memory.read(address) & 0xff;
        yield new Case(discriminant, load(cases.get(discriminant), address + payloadOffset(cases)));
      }
      case Shape.Fields(List<WitType<?>> fields) -> {
        Object[] values = new Object[fields.size()];
        int offset = 0;
        for (int i = 0; i < values.length; i++) {
          offset = align(offset, fields.get(i).alignment());
          values[i] = load(fields.get(i), address + offset);
          offset += fields.get(i).size();
        }
        yield values;
      }
    };
  }

  /** The value of a result of one core value. */
  Object lift(WitType<?> type, long bits) {
    return switch (type.shape()) {
      case Shape.Scalar(CoreType core) -> number(core, bits);
      case Shape.Handle _ -> (int) bits;
      case Shape.Variant _ -> new Case((int) bits, NOTHING);
      case Shape.Fields(List<WitType<?>> fields) -> new Object[] {lift(fields.getFirst(), bits)};
      default -> throw new IllegalArgumentException(type.shape() + " has two core values");
    };
  }

  private static Object number(CoreType core, long bits) {
    return switch (core) {
      case I32, I64 -> bits;
      case F32 -> Float.intBitsToFloat((int) bits);
      case F64 -> Double.longBitsToDouble(bits);
    };
  }

  private long loadBits(int size, int address) {
    return switch (size) {
      case 1 -> memory.read(address) & 0xff;
      case 2 -> memory.readShort(address) & 0xffff;
      case 4 -> Integer.toUnsignedLong(memory.readInt(address));
      default -> memory.readLong(address);
    };
  }

  private static int payloadOffset(List<WitType<?>> cases) {
    return cases.stream().mapToInt(WitType::alignment).max().orElse(1);
  }

  private static int align(int offset, int alignment) {
    return (offset + alignment - 1) & -alignment;
  }
}
