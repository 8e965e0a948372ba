package dev.bourse.host.process;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process may do beyond computing: a set of {@link Capability}s. Immutable. */
public final class Capabilities {
  public static final Capabilities NONE = of();

  public static final Capabilities ALL = new Capabilities(EnumSet.allOf(Capability.class));

  /** What a program without a manifest may do: whatever does not leave the host. */
  public static final Capabilities DEFAULT =
      new Capabilities(EnumSet.complementOf(EnumSet.of(Capability.NETWORK, Capability.MCP)));

  private final EnumSet<Capability> granted;

  private Capabilities(EnumSet<Capability> granted) {
    this.granted = granted;
  }

  public static Capabilities of(Capability... granted) {
    EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
    set.addAll(List.of(granted));
    return new Capabilities(set);
  }

  /**
   * The capabilities of these keys.
   *
   * @throws IllegalArgumentException naming the first that is none
   */
  public static Capabilities ofKeys(Collection<String> keys) {
    EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
    for (String key : keys) {
      set.add(
          Capability.byKey(key)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "\"%s\" is no capability; there are %s"
                              .formatted(key, Capability.keys()))));
    }
    return new Capabilities(set);
  }

  public boolean has(Capability capability) {
    return granted.contains(capability);
  }

  /** What both grant: what a program asks for, within what it may. */
  public Capabilities atMost(Capabilities other) {
    EnumSet<Capability> both = EnumSet.copyOf(granted);
    both.retainAll(other.granted);
    return new Capabilities(both);
  }

  /** The message of whoever is refused {@code what}: which capability it takes, and from where. */
  public static String refusal(Capability needed, String what) {
    return "%s needs the capability \"%s\", which this process was not granted: state it under capabilities in the program's manifest"
        .formatted(what, needed.key());
  }

  public Set<Capability> asSet() {
    return Set.copyOf(granted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Capabilities capabilities && granted.equals(capabilities.granted);
  }

  @Override
  public int hashCode() {
    return granted.hashCode();
  }

  @Override
  public String toString() {
    return granted.stream().map(Capability::key).collect(Collectors.joining(", ", "[", "]"));
  }
}
