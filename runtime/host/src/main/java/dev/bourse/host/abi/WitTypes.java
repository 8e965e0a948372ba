package dev.bourse.host.abi;

import dev.bourse.host.process.GuestTrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The types of the guest ABI's interfaces. */
public final class WitTypes {
  private WitTypes() {}

  public static final WitType<Unit> UNIT =
      new WitType<>(0, 1, List.of()) {
        @Override
        Unit load(Guest guest, int address) {
          return Unit.UNIT;
        }

        @Override
        void store(Guest guest, int address, Unit value) {}

        @Override
        Unit lift(Guest guest, FlatValues arguments) {
          return Unit.UNIT;
        }

        @Override
        public Shape shape() {
          return new Shape.Fields(List.of());
        }
      };

  public static final WitType<Boolean> BOOL =
      new WitType<>(1, 1, List.of(CoreType.I32)) {
        @Override
        Boolean load(Guest guest, int address) {
          return guest.loadByte(address) != 0;
        }

        @Override
        void store(Guest guest, int address, Boolean value) {
          guest.storeByte(address, value ? 1 : 0);
        }

        @Override
        Boolean lift(Guest guest, FlatValues arguments) {
          return arguments.i32() != 0;
        }

        @Override
        long lower(Guest guest, Boolean value) {
          return value ? 1 : 0;
        }
      };

  /** {@code u8}, and any {@code enum} or {@code flags} of at most eight bits. */
  public static final WitType<Integer> U8 =
      new WitType<>(1, 1, List.of(CoreType.I32)) {
        @Override
        Integer load(Guest guest, int address) {
          return guest.loadByte(address) & 0xff;
        }

        @Override
        void store(Guest guest, int address, Integer value) {
          guest.storeByte(address, value);
        }

        @Override
        Integer lift(Guest guest, FlatValues arguments) {
          return arguments.i32() & 0xff;
        }

        @Override
        long lower(Guest guest, Integer value) {
          return value;
        }
      };

  /** {@code u16}. */
  public static final WitType<Integer> U16 =
      new WitType<>(2, 2, List.of(CoreType.I32)) {
        @Override
        Integer load(Guest guest, int address) {
          return guest.loadShort(address) & 0xffff;
        }

        @Override
        void store(Guest guest, int address, Integer value) {
          guest.storeShort(address, value);
        }

        @Override
        Integer lift(Guest guest, FlatValues arguments) {
          return arguments.i32() & 0xffff;
        }

        @Override
        long lower(Guest guest, Integer value) {
          return value;
        }
      };

  /** {@code u32} as a value of 0 … 2³²−1. */
  public static final WitType<Long> U32 =
      new WitType<>(4, 4, List.of(CoreType.I32)) {
        @Override
        Long load(Guest guest, int address) {
          return Integer.toUnsignedLong(guest.loadInt(address));
        }

        @Override
        void store(Guest guest, int address, Long value) {
          guest.storeInt(address, (int) (long) value);
        }

        @Override
        Long lift(Guest guest, FlatValues arguments) {
          return Integer.toUnsignedLong(arguments.i32());
        }

        @Override
        long lower(Guest guest, Long value) {
          return (int) (long) value;
        }
      };

  /** {@code u64} and {@code s64}: the same bits. */
  public static final WitType<Long> U64 =
      new WitType<>(8, 8, List.of(CoreType.I64)) {
        @Override
        Long load(Guest guest, int address) {
          return guest.loadLong(address);
        }

        @Override
        void store(Guest guest, int address, Long value) {
          guest.storeLong(address, value);
        }

        @Override
        Long lift(Guest guest, FlatValues arguments) {
          return arguments.i64();
        }

        @Override
        long lower(Guest guest, Long value) {
          return value;
        }
      };

  public static final WitType<Float> F32 =
      new WitType<>(4, 4, List.of(CoreType.F32)) {
        @Override
        Float load(Guest guest, int address) {
          return Float.intBitsToFloat(guest.loadInt(address));
        }

        @Override
        void store(Guest guest, int address, Float value) {
          guest.storeInt(address, Float.floatToRawIntBits(value));
        }

        @Override
        Float lift(Guest guest, FlatValues arguments) {
          return arguments.f32();
        }

        @Override
        long lower(Guest guest, Float value) {
          return Float.floatToRawIntBits(value);
        }
      };

  public static final WitType<Double> F64 =
      new WitType<>(8, 8, List.of(CoreType.F64)) {
        @Override
        Double load(Guest guest, int address) {
          return Double.longBitsToDouble(guest.loadLong(address));
        }

        @Override
        void store(Guest guest, int address, Double value) {
          guest.storeLong(address, Double.doubleToRawLongBits(value));
        }

        @Override
        Double lift(Guest guest, FlatValues arguments) {
          return arguments.f64();
        }

        @Override
        long lower(Guest guest, Double value) {
          return Double.doubleToRawLongBits(value);
        }
      };

  public static final WitType<String> STRING =
      new SpanType<>(1) {
        @Override
        String read(Guest guest, int address, int count) {
          return guest.loadUtf8(address, count);
        }

        @Override
        Span write(Guest guest, String value) {
          return guest.allocateUtf8(value);
        }

        @Override
        public Shape shape() {
          return new Shape.Text();
        }
      };

  /** {@code list<u8>}. */
  public static final WitType<byte[]> BYTES =
      new SpanType<>(1) {
        @Override
        byte[] read(Guest guest, int address, int count) {
          return guest.loadBytes(address, count);
        }

        @Override
        Span write(Guest guest, byte[] value) {
          return guest.allocateBytes(value, 1);
        }

        @Override
        public Shape shape() {
          return new Shape.Sequence(U8);
        }
      };

  /** {@code list<u32>}: token ids, positions, the runs of a BRLE mask; each as its 32 bits. */
  public static final WitType<int[]> U32_LIST =
      new SpanType<>(4) {
        @Override
        int[] read(Guest guest, int address, int count) {
          return guest.loadInts(address, count);
        }

        @Override
        Span write(Guest guest, int[] value) {
          return guest.allocateInts(value);
        }

        @Override
        public Shape shape() {
          return new Shape.Sequence(U32);
        }
      };

  /** {@code list<f32>}. */
  public static final WitType<float[]> F32_LIST =
      new SpanType<>(4) {
        @Override
        float[] read(Guest guest, int address, int count) {
          int[] bits = guest.loadInts(address, count);
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
          }
          return values;
        }

        @Override
        Span write(Guest guest, float[] value) {
          int[] bits = new int[value.length];
          for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(value[i]);
          }
          return guest.allocateInts(bits);
        }

        @Override
        public Shape shape() {
          return new Shape.Sequence(F32);
        }
      };

  public static <T> WitType<List<T>> list(WitType<T> element) {
    return new SpanType<List<T>>(element.alignment(), element.size()) {
      @Override
      List<T> read(Guest guest, int address, int count) {
        List<T> values = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
          values.add(element.load(guest, address + i * element.size()));
        }
        return values;
      }

      @Override
      Span write(Guest guest, List<T> values) {
        int address = guest.allocate(element.alignment(), values.size(), element.size());
        int next = address;
        for (T value : values) {
          element.store(guest, next, value);
          next += element.size();
        }
        return new Span(address, values.size());
      }

      @Override
      public Shape shape() {
        return new Shape.Sequence(element);
      }
    };
  }

  /** A handle that the guest keeps: the resource stays open until it is dropped. */
  public static <T> WitType<T> borrow(ResourceType<T> type) {
    return new HandleType<>(type, false) {
      @Override
      T take(Guest guest, int handle) {
        return guest.resource(type, handle);
      }
    };
  }

  /** A handle that changes hands: as a parameter the guest gives it up, as a result it gets it. */
  public static <T> WitType<T> own(ResourceType<T> type) {
    return new HandleType<>(type, true) {
      @Override
      T take(Guest guest, int handle) {
        return guest.removeResource(type, handle);
      }
    };
  }

  public static <T> WitType<Optional<T>> option(WitType<T> some) {
    return new MappedType<>(
        new VariantType(UNIT, some),
        value -> value.<Case>map(x -> new Case(1, x)).orElse(new Case(0, Unit.UNIT)),
        c -> c.discriminant() == 0 ? Optional.empty() : Optional.of(c.payload(some)));
  }

  /** {@code result<T, string>}. */
  public static <T> WitType<Result<T>> result(WitType<T> ok) {
    return new MappedType<>(
        new VariantType(ok, STRING),
        value ->
            switch (value) {
              case Result.Ok<T>(T x) -> new Case(0, x);
              case Result.Err<T>(String message) -> new Case(1, message);
            },
        c -> c.discriminant() == 0 ? Result.ok(c.payload(ok)) : Result.err(c.payload(STRING)));
  }

  /** Any variant; the host sees its cases by number. */
  public static WitType<Case> variant(WitType<?>... cases) {
    return new VariantType(cases);
  }

  public static <A, B> WitType<Pair<A, B>> tuple(WitType<A> first, WitType<B> second) {
    return new MappedType<>(
        new RecordType(first, second),
        pair -> new Object[] {pair.first(), pair.second()},
        fields -> new Pair<>(field(fields, 0, first), field(fields, 1, second)));
  }

  /** A record or tuple of any width, as the array of its fields. */
  public static WitType<Object[]> record(WitType<?>... fields) {
    return new RecordType(fields);
  }

  /** A view of another type's values as values of a host class. */
  public static <S, T> WitType<T> mapped(
      WitType<S> type, Function<T, S> toGuest, Function<S, T> fromGuest) {
    return new MappedType<>(type, toGuest, fromGuest);
  }

  /** The field at {@code index} of a lifted record, whose type is {@code type}'s. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <T> T field(Object[] fields, int index, WitType<T> type) {
    // RecordType lifted this field with the very same type object.
    return (T) fields[index];
  }

  public record Pair<A, B>(A first, B second) {}

  /** One value of a variant: which case, and its payload ({@link Unit} if it has none). */
  public record Case(int discriminant, Object payload) {
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> T payload(WitType<T> type) {
      // VariantType lifted the payload with the type of this case.
      return (T) payload;
    }
  }

  /** A pointer and a count. */
  public record Span(int address, int count) {}

  /** A string or list: (pointer, count), in memory as in parameters. */
  private abstract static class SpanType<T> extends WitType<T> {
    private final int elementAlignment;
    private final int elementSize;

    SpanType(int elementSize) {
      this(elementSize, elementSize);
    }

    SpanType(int elementAlignment, int elementSize) {
      super(8, 4, List.of(CoreType.I32, CoreType.I32));
      this.elementAlignment = elementAlignment;
      this.elementSize = elementSize;
    }

    /** Reads {@code count} elements of a span that was checked to lie in memory. */
    abstract T read(Guest guest, int address, int count);

    abstract Span write(Guest guest, T value);

    private T checked(Guest guest, int address, int count) {
      guest.checkArgument(address, count, elementSize, elementAlignment);
      return read(guest, address, count);
    }

    @Override
    public T load(Guest guest, int address) {
      return checked(guest, guest.loadInt(address), guest.loadInt(address + 4));
    }

    @Override
    public void store(Guest guest, int address, T value) {
      Span span = write(guest, value);
      guest.storeInt(address, span.address());
      guest.storeInt(address + 4, span.count());
    }

    @Override
    public T lift(Guest guest, FlatValues arguments) {
      int address = arguments.i32();
      return checked(guest, address, arguments.i32());
    }
  }

  private abstract static class HandleType<T> extends WitType<T> {
    private final ResourceType<T> type;
    private final boolean owned;

    HandleType(ResourceType<T> type, boolean owned) {
      super(4, 4, List.of(CoreType.I32));
      this.type = type;
      this.owned = owned;
    }

    @Override
    public Shape shape() {
      return new Shape.Handle(type, owned);
    }

    abstract T take(Guest guest, int handle);

    @Override
    public T load(Guest guest, int address) {
      return take(guest, guest.loadInt(address));
    }

    @Override
    public void store(Guest guest, int address, T value) {
      guest.storeInt(address, guest.addResource(type, value));
    }

    @Override
    public T lift(Guest guest, FlatValues arguments) {
      return take(guest, arguments.i32());
    }

    @Override
    public long lower(Guest guest, T value) {
      return guest.addResource(type, value);
    }
  }

  private static final class VariantType extends WitType<Case> {
    private final WitType<?>[] cases;
    private final int payloadOffset;

    VariantType(WitType<?>... cases) {
      super(sizeOf(cases), alignmentOf(cases), flatten(cases));
      this.cases = cases;
      this.payloadOffset = align(1, alignmentOf(cases));
    }

    @Override
    public Shape shape() {
      return new Shape.Variant(List.of(cases));
    }

    private static int alignmentOf(WitType<?>[] cases) {
      int alignment = 1;
      for (WitType<?> type : cases) {
        alignment = Math.max(alignment, type.alignment());
      }
      return alignment;
    }

    private static int sizeOf(WitType<?>[] cases) {
      int payload = 0;
      for (WitType<?> type : cases) {
        payload = Math.max(payload, type.size());
      }
      int alignment = alignmentOf(cases);
      return align(align(1, alignment) + payload, alignment);
    }

    private static List<CoreType> flatten(WitType<?>[] cases) {
      List<CoreType> payload = new ArrayList<>();
      for (WitType<?> type : cases) {
        for (int i = 0; i < type.flat().size(); i++) {
          CoreType core = type.flat().get(i);
          if (i == payload.size()) {
            payload.add(core);
          } else {
            payload.set(i, payload.get(i).join(core));
          }
        }
      }
      List<CoreType> flat = new ArrayList<>();
      flat.add(CoreType.I32);
      flat.addAll(payload);
      return flat;
    }

    private WitType<?> caseOf(int discriminant) {
      if (discriminant < 0 || discriminant >= cases.length) {
        throw new GuestTrap(
            "discriminant %d of a variant with %d cases".formatted(discriminant, cases.length));
      }
      return cases[discriminant];
    }

    @Override
    public Case load(Guest guest, int address) {
      int discriminant = guest.loadByte(address) & 0xff;
      return new Case(discriminant, caseOf(discriminant).load(guest, address + payloadOffset));
    }

    @Override
    public void store(Guest guest, int address, Case value) {
      guest.storeByte(address, value.discriminant());
      storePayload(guest, address + payloadOffset, cases[value.discriminant()], value);
    }

    private static <T> void storePayload(Guest guest, int address, WitType<T> type, Case value) {
      type.store(guest, address, value.payload(type));
    }

    @Override
    public Case lift(Guest guest, FlatValues arguments) {
      int end = arguments.position() + flat().size();
      int discriminant = arguments.i32();
      Object payload = caseOf(discriminant).lift(guest, arguments);
      arguments.moveTo(end);
      return new Case(discriminant, payload);
    }

    @Override
    public long lower(Guest guest, Case value) {
      if (flat().size() != 1) {
        return super.lower(guest, value);
      }
      return value.discriminant();
    }
  }

  private static final class RecordType extends WitType<Object[]> {
    private final WitType<?>[] fields;
    private final int[] offsets;

    RecordType(WitType<?>... fields) {
      super(sizeOf(fields), alignmentOf(fields), flatten(fields));
      this.fields = fields;
      this.offsets = offsets(fields);
    }

    @Override
    public Shape shape() {
      return new Shape.Fields(List.of(fields));
    }

    private static int alignmentOf(WitType<?>[] fields) {
      int alignment = 1;
      for (WitType<?> type : fields) {
        alignment = Math.max(alignment, type.alignment());
      }
      return alignment;
    }

    private static int[] offsets(WitType<?>[] fields) {
      int[] offsets = new int[fields.length];
      int offset = 0;
      for (int i = 0; i < fields.length; i++) {
        offset = align(offset, fields[i].alignment());
        offsets[i] = offset;
        offset += fields[i].size();
      }
      return offsets;
    }

    private static int sizeOf(WitType<?>[] fields) {
      int last = fields.length - 1;
      return align(offsets(fields)[last] + fields[last].size(), alignmentOf(fields));
    }

    private static List<CoreType> flatten(WitType<?>[] fields) {
      List<CoreType> flat = new ArrayList<>();
      for (WitType<?> type : fields) {
        flat.addAll(type.flat());
      }
      return flat;
    }

    @Override
    public Object[] load(Guest guest, int address) {
      Object[] values = new Object[fields.length];
      for (int i = 0; i < fields.length; i++) {
        values[i] = fields[i].load(guest, address + offsets[i]);
      }
      return values;
    }

    @Override
    public void store(Guest guest, int address, Object[] values) {
      for (int i = 0; i < fields.length; i++) {
        storeField(guest, address + offsets[i], fields[i], values, i);
      }
    }

    private static <T> void storeField(
        Guest guest, int address, WitType<T> type, Object[] values, int index) {
      type.store(guest, address, field(values, index, type));
    }

    @Override
    public Object[] lift(Guest guest, FlatValues arguments) {
      Object[] values = new Object[fields.length];
      for (int i = 0; i < fields.length; i++) {
        values[i] = fields[i].lift(guest, arguments);
      }
      return values;
    }
  }

  private static final class MappedType<S, T> extends WitType<T> {
    private final WitType<S> type;
    private final Function<T, S> toGuest;
    private final Function<S, T> fromGuest;

    MappedType(WitType<S> type, Function<T, S> toGuest, Function<S, T> fromGuest) {
      super(type.size(), type.alignment(), type.flat());
      this.type = type;
      this.toGuest = toGuest;
      this.fromGuest = fromGuest;
    }

    @Override
    public Shape shape() {
      return type.shape();
    }

    @Override
    public T load(Guest guest, int address) {
      return fromGuest.apply(type.load(guest, address));
    }

    @Override
    public void store(Guest guest, int address, T value) {
      type.store(guest, address, toGuest.apply(value));
    }

    @Override
    public T lift(Guest guest, FlatValues arguments) {
      return fromGuest.apply(type.lift(guest, arguments));
    }

    @Override
    public long lower(Guest guest, T value) {
      return type.lower(guest, toGuest.apply(value));
    }
  }
}
