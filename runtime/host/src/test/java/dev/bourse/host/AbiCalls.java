package dev.bourse.host;

import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.AbiGuest.Player;
import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.abi.ImportModule.Signature;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import java.util.ArrayList;
import java.util.List;

/** Calls by a guest with values of the host's types, good ones and broken ones. */
final class AbiCalls {
  private final Player player;
  private final Samples samples;
  private final GuestValues values;

  AbiCalls(Player player, Samples samples) {
    this.player = player;
    this.samples = samples;
    this.values = new GuestValues(player.guest().memory());
  }

  Player player() {
    return player;
  }

  Samples samples() {
    return samples;
  }

  /** Calls the import of that name with good values. */
  Object call(String label, Object... arguments) {
    return call(player.all().find(label), arguments);
  }

  /** Calls an import with values, and reads its result. */
  Object call(Import wanted, Object... arguments) {
    Signature signature = wanted.call().signature().orElseThrow();
    List<Long> flat = lower(signature, arguments);
    WitType<?> result = signature.result();
    if (result.flat().size() > 1) {
      int address = values.allocate(result.size(), result.alignment());
      flat.add((long) address);
      player.call(wanted, array(flat));
      return values.load(result, address);
    }
    long[] results = player.call(wanted, array(flat));
    return results.length == 0 ? GuestValues.NOTHING : values.lift(result, results[0]);
  }

  /** Calls an import with good values but a place for the result that the guest makes up. */
  void callInto(Import wanted, int address, Object... arguments) {
    List<Long> flat = lower(wanted.call().signature().orElseThrow(), arguments);
    flat.add((long) address);
    player.call(wanted, array(flat));
  }

  private List<Long> lower(Signature signature, Object[] arguments) {
    List<Long> flat = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      values.lower(signature.parameters().get(i), arguments[i], flat);
    }
    return flat;
  }

  private static long[] array(List<Long> flat) {
    return flat.stream().mapToLong(Long::longValue).toArray();
  }

  /** Forgets values that were passed. */
  void reset() {
    values.reset();
    player.reset();
  }

  void drop(ResourceType<?> type, int handle) {
    call(samples.dropOf(type), handle);
  }

  /** A number that is a handle of another type, and none of {@code type}. */
  int foreign(ResourceType<?> type) {
    String other = type.name().equals("model") ? Samples.POLLABLE : Samples.MODEL;
    int handle = 0;
    while (handle < 64) { // more than any sample makes of one type
      Object made = call(other, other.equals(Samples.MODEL) ? "pocket" : 0L);
      handle = made instanceof Case(int _, Object payload) ? (Integer) payload : (Integer) made;
    }
    return handle;
  }

  /** Takes a handle out of a value. */
  interface HandleConsumer {
    void accept(ResourceType<?> type, int handle);
  }

  /** Visits every handle within a value. */
  static void eachHandle(WitType<?> type, Object value, HandleConsumer consumer) {
    switch (type.shape()) {
      case Shape.Handle(ResourceType<?> resource, boolean _) ->
          consumer.accept(resource, (Integer) value);
      case Shape.Variant(List<WitType<?>> cases) -> {
        Case chosen = (Case) value;
        eachHandle(cases.get(chosen.discriminant()), chosen.payload(), consumer);
      }
      case Shape.Fields(List<WitType<?>> fields) -> {
        for (int i = 0; i < fields.size(); i++) {
          eachHandle(fields.get(i), ((Object[]) value)[i], consumer);
        }
      }
      case Shape.Sequence(WitType<?> element) -> {
        for (Object each : (List<?>) value) {
          eachHandle(element, each, consumer);
        }
      }
      case Shape.Scalar _, Shape.Text _ -> {
        // No handle.
      }
    }
  }
}
