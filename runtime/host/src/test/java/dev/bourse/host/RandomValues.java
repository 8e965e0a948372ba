package dev.bourse.host;

import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.GuestValues.RawHandle;
import dev.bourse.host.GuestValues.Span;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.ImportModule.Signature;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Calls with random arguments, most of them valid, by a guest that remembers its handles. */
final class RandomValues {
  /** One value in so many is broken. */
  private static final int BROKEN_ONE_IN = 150;

  private static final List<String> TEXTS =
      List.of(
          "pocket",
          "text",
          "",
          "{}",
          "[a-z]+",
          "root ::= \"a\"",
          "sample",
          "../x",
          "日本 🦆",
          "{\"type\":\"object\"}",
          "a(b",
          "\0",
          "x".repeat(3000));

  private static final long[] NUMBERS = {
    0, 1, 2, 3, 7, 16, 255, 65_536, Integer.MAX_VALUE, 0xffff_ffffL, Long.MAX_VALUE, -1, -2
  };

  private static final double[] FRACTIONS = {
    0, -0.0, 0.5, 1, -1, 1e30, Double.NaN, Double.POSITIVE_INFINITY
  };

  private final AbiCalls calls;
  private final Random random;
  private final Map<ResourceType<?>, List<Integer>> handles = new HashMap<>();

  RandomValues(AbiCalls calls, Random random) {
    this.calls = calls;
    this.random = random;
  }

  /** Gets some handles that most functions need. */
  void begin() {
    for (String label :
        List.of(
            Samples.MODEL,
            "pie:core/model [method]model.tokenizer",
            Samples.CREATE,
            "pie:core/inference [constructor]forward-pass",
            Samples.EXECUTE)) {
      Import wanted = calls.player().all().find(label);
      remember(wanted, calls.call(wanted, calls.samples().arguments(calls, wanted)));
    }
  }

  /** Whether there is a handle of each type that the function takes. */
  boolean canCall(Import wanted) {
    return wanted.call().signature().orElseThrow().parameters().stream().allMatch(this::canMake);
  }

  private boolean canMake(WitType<?> type) {
    return switch (type.shape()) {
      case Shape.Handle(ResourceType<?> resource, boolean _) -> !of(resource).isEmpty();
      case Shape.Sequence(WitType<?> element) -> canMake(element);
      case Shape.Fields(List<WitType<?>> fields) -> fields.stream().allMatch(this::canMake);
      default -> true;
    };
  }

  void call(Import wanted) {
    Signature signature = wanted.call().signature().orElseThrow();
    List<Object> arguments = new ArrayList<>();
    for (WitType<?> type : signature.parameters()) {
      arguments.add(value(type));
    }
    if (signature.result().flat().size() > 1 && random.nextInt(BROKEN_ONE_IN) == 0) {
      calls.callInto(wanted, random.nextInt(), arguments.toArray());
      return;
    }
    remember(wanted, calls.call(wanted, arguments.toArray()));
  }

  private void remember(Import wanted, Object result) {
    WitType<?> type = wanted.call().signature().orElseThrow().result();
    AbiCalls.eachHandle(type, result, (resource, handle) -> of(resource).add(handle));
  }

  private List<Integer> of(ResourceType<?> type) {
    return handles.computeIfAbsent(type, key -> new ArrayList<>());
  }

  private Object value(WitType<?> type) {
    boolean broken = random.nextInt(BROKEN_ONE_IN) == 0;
    return switch (type.shape()) {
      case Shape.Scalar(CoreType core) ->
          core == CoreType.F32 || core == CoreType.F64
              ? (Object) FRACTIONS[random.nextInt(FRACTIONS.length)]
              : (Object) NUMBERS[random.nextInt(random.nextBoolean() ? 6 : NUMBERS.length)];
      case Shape.Text _ -> broken ? brokenText() : TEXTS.get(random.nextInt(TEXTS.size()));
      case Shape.Sequence(WitType<?> element) -> broken ? span() : list(element);
      case Shape.Handle(ResourceType<?> resource, boolean owned) ->
          broken ? new RawHandle(random.nextInt()) : handle(resource, owned);
      case Shape.Variant(List<WitType<?>> cases) -> {
        int chosen = random.nextInt(cases.size());
        yield broken
            ? new Case(random.nextInt(cases.size(), 256), GuestValues.NOTHING)
            : new Case(chosen, value(cases.get(chosen)));
      }
      case Shape.Fields(List<WitType<?>> fields) -> fields.stream().map(this::value).toArray();
    };
  }

  private Object brokenText() {
    byte[] bytes = new byte[random.nextInt(8)];
    random.nextBytes(bytes);
    return random.nextBoolean() ? bytes : span();
  }

  private Span span() {
    return new Span(random.nextInt(), random.nextBoolean() ? random.nextInt(64) : random.nextInt());
  }

  private List<Object> list(WitType<?> element) {
    List<Object> values = new ArrayList<>();
    boolean longer = element.shape() instanceof Shape.Scalar && random.nextInt(20) == 0;
    int count = random.nextInt(longer ? 500 : 4);
    for (int i = 0; i < count; i++) {
      values.add(value(element));
    }
    return values;
  }

  private Object handle(ResourceType<?> type, boolean owned) {
    List<Integer> open = of(type);
    if (open.isEmpty()) {
      return new RawHandle(1 + random.nextInt(4));
    }
    Integer chosen = open.get(random.nextInt(open.size()));
    if (owned && random.nextInt(BROKEN_ONE_IN) > 0) {
      open.removeIf(chosen::equals); // otherwise it is used again after it was given away
    }
    return chosen;
  }
}
