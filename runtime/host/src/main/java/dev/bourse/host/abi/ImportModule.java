package dev.bourse.host.abi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of one interface of the guest ABI. A function is declared by its name, the types of
 * its parameters and of its result, and what it does; its core signature follows from the types.
 */
public final class ImportModule {
  /** More parameters than this would travel through memory; no interface here has as many. */
  private static final int FLAT_PARAMETERS_MAX = 16;

  private static final long[] NOTHING = {};

  private final String name;
  private final Map<String, HostCall> calls = new LinkedHashMap<>();

  public ImportModule(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  public Map<String, HostCall> calls() {
    return calls;
  }

  /** One import: its core signature, the types it follows from if it has any, and the call. */
  public record HostCall(
      List<CoreType> parameters,
      List<CoreType> results,
      Optional<Signature> signature,
      Body body) {}

  /** The types that a function was declared with. */
  public record Signature(List<WitType<?>> parameters, WitType<?> result) {}

  /** What a call does with its core arguments. */
  public interface Body {
    long[] apply(Guest guest, long[] arguments) throws InterruptedException;
  }

  public interface Fn0<R> {
    R apply(Guest guest) throws InterruptedException;
  }

  public interface Fn1<A, R> {
    R apply(Guest guest, A a) throws InterruptedException;
  }

  public interface Fn2<A, B, R> {
    R apply(Guest guest, A a, B b) throws InterruptedException;
  }

  public interface Fn3<A, B, C, R> {
    R apply(Guest guest, A a, B b, C c) throws InterruptedException;
  }

  public interface Fn4<A, B, C, D, R> {
    R apply(Guest guest, A a, B b, C c, D d) throws InterruptedException;
  }

  public interface Fn5<A, B, C, D, E, R> {
    R apply(Guest guest, A a, B b, C c, D d, E e) throws InterruptedException;
  }

  public <R> ImportModule function(String function, WitType<R> result, Fn0<R> body) {
    return add(function, List.of(), result, (guest, arguments) -> body.apply(guest));
  }

  public <A, R> ImportModule function(
      String function, WitType<A> a, WitType<R> result, Fn1<A, R> body) {
    return add(
        function,
        List.of(a),
        result,
        (guest, arguments) -> {
          A first = a.lift(guest, arguments);
          guest.argumentsTaken();
          return body.apply(guest, first);
        });
  }

  public <A, B, R> ImportModule function(
      String function, WitType<A> a, WitType<B> b, WitType<R> result, Fn2<A, B, R> body) {
    return add(
        function,
        List.of(a, b),
        result,
        (guest, arguments) -> {
          A first = a.lift(guest, arguments);
          B second = b.lift(guest, arguments);
          guest.argumentsTaken();
          return body.apply(guest, first, second);
        });
  }

  public <A, B, C, R> ImportModule function(
      String function,
      WitType<A> a,
      WitType<B> b,
      WitType<C> c,
      WitType<R> result,
      Fn3<A, B, C, R> body) {
    return add(
        function,
        List.of(a, b, c),
        result,
        (guest, arguments) -> {
          A first = a.lift(guest, arguments);
          B second = b.lift(guest, arguments);
          C third = c.lift(guest, arguments);
          guest.argumentsTaken();
          return body.apply(guest, first, second, third);
        });
  }

  public <A, B, C, D, R> ImportModule function(
      String function,
      WitType<A> a,
      WitType<B> b,
      WitType<C> c,
      WitType<D> d,
      WitType<R> result,
      Fn4<A, B, C, D, R> body) {
    return add(
        function,
        List.of(a, b, c, d),
        result,
        (guest, arguments) -> {
          A first = a.lift(guest, arguments);
          B second = b.lift(guest, arguments);
          C third = c.lift(guest, arguments);
          D fourth = d.lift(guest, arguments);
          guest.argumentsTaken();
          return body.apply(guest, first, second, third, fourth);
        });
  }

  public <A, B, C, D, E, R> ImportModule function(
      String function,
      WitType<A> a,
      WitType<B> b,
      WitType<C> c,
      WitType<D> d,
      WitType<E> e,
      WitType<R> result,
      Fn5<A, B, C, D, E, R> body) {
    return add(
        function,
        List.of(a, b, c, d, e),
        result,
        (guest, arguments) -> {
          A first = a.lift(guest, arguments);
          B second = b.lift(guest, arguments);
          C third = c.lift(guest, arguments);
          D fourth = d.lift(guest, arguments);
          E fifth = e.lift(guest, arguments);
          guest.argumentsTaken();
          return body.apply(guest, first, second, third, fourth, fifth);
        });
  }

  /** The function by which a guest gives a handle back. */
  public <T> ImportModule drop(ResourceType<T> type) {
    return function(
        "[resource-drop]" + type.name(),
        WitTypes.own(type),
        WitTypes.UNIT,
        (guest, resource) -> {
          type.close(resource);
          return Unit.UNIT;
        });
  }

  /** A function of core values only, outside the canonical ABI. */
  public ImportModule raw(
      String function, List<CoreType> parameters, List<CoreType> results, Body body) {
    return add(function, new HostCall(parameters, results, Optional.empty(), body));
  }

  private ImportModule add(String function, HostCall call) {
    if (calls.put(function, call) != null) {
      throw new IllegalStateException(name + " declares " + function + " twice");
    }
    return this;
  }

  private interface Lifted<R> {
    R apply(Guest guest, FlatValues arguments) throws InterruptedException;
  }

  private <R> ImportModule add(
      String function, List<WitType<?>> parameterTypes, WitType<R> result, Lifted<R> body) {
    List<CoreType> parameters = new ArrayList<>();
    for (WitType<?> type : parameterTypes) {
      parameters.addAll(type.flat());
    }
    if (parameters.size() > FLAT_PARAMETERS_MAX) {
      throw new IllegalStateException(
          "%s %s has %d flat parameters".formatted(name, function, parameters.size()));
    }
    Optional<Signature> signature = Optional.of(new Signature(parameterTypes, result));
    HostCall call =
        switch (result.flat().size()) {
          case 0 ->
              new HostCall(
                  parameters,
                  List.of(),
                  signature,
                  (guest, arguments) -> {
                    body.apply(guest, new FlatValues(arguments));
                    return NOTHING;
                  });
          case 1 ->
              new HostCall(
                  parameters,
                  result.flat(),
                  signature,
                  (guest, arguments) -> {
                    R value = body.apply(guest, new FlatValues(arguments));
                    return new long[] {result.lower(guest, value)};
                  });
          default -> {
            // The result does not fit one core value: the guest passes where to write it, last.
            int returnPointer = parameters.size();
            parameters.add(CoreType.I32);
            yield new HostCall(
                parameters,
                List.of(),
                signature,
                (guest, arguments) -> {
                  int address = (int) arguments[returnPointer];
                  guest.checkSpan(address, result.size(), result.alignment());
                  R value = body.apply(guest, new FlatValues(arguments));
                  result.store(guest, address, value);
                  return NOTHING;
                });
          }
        };
    return add(function, call);
  }
}
