package dev.bourse.host.abi;

import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.Limit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one resource type in one instance: i32 numbers that a guest holds in place of host
 * objects.
 *
 * <p>A handle is a slot number and the slot's generation, so a handle that was dropped stays
 * invalid when its slot is used again (until the generation wraps after {@value #GENERATIONS} uses
 * of one slot). Zero and negative numbers are never handles, because guests use them as marks of
 * their own. Not thread safe: an instance runs on one thread.
 */
final class HandleTable {
  private static final int SLOT_BITS = Integer.bitCount(Limit.HANDLES_CEILING);
  private static final int GENERATIONS = 1 << (31 - SLOT_BITS);

  /** The most handles a table can hold at once. */
  public static final int CAPACITY = Limit.HANDLES_CEILING;

  private final ResourceType<?> type;
  private @Nullable Object[] slots = new Object[8];
  private short[] generations = new short[8];
  private int[] free = new int[8];
  private int freeCount;
  private int used;

  HandleTable(ResourceType<?> type) {
    this.type = type;
  }

  int add(Object resource) {
    int slot;
    if (freeCount > 0) {
      slot = free[--freeCount];
    } else {
      slot = used++;
      if (slot == slots.length) {
        slots = Arrays.copyOf(slots, slot * 2);
        generations = Arrays.copyOf(generations, slot * 2);
      }
    }
    slots[slot] = resource;
    return generations[slot] << SLOT_BITS | (slot + 1);
  }

  /**
   * The resource behind a handle, which stays open.
   *
   * @throws GuestTrap when the handle is not one of this table's, or was dropped
   */
  Object get(int handle) {
    return live(slot(handle), handle);
  }

  /**
   * Takes the resource out of the table.
   *
   * @throws GuestTrap as {@link #get}
   */
  Object remove(int handle) {
    int slot = slot(handle);
    Object resource = live(slot, handle);
    slots[slot] = null;
    generations[slot] = (short) ((generations[slot] + 1) % GENERATIONS);
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = slot;
    return resource;
  }

  private int slot(int handle) {
    int slot = (handle & CAPACITY) - 1;
    if (handle <= 0 || slot < 0 || slot >= used || generations[slot] != handle >>> SLOT_BITS) {
      throw invalid(handle);
    }
    return slot;
  }

  private Object live(int slot, int handle) {
    Object resource = slots[slot];
    if (resource == null) {
      throw invalid(handle);
    }
    return resource;
  }

  private GuestTrap invalid(int handle) {
    return new GuestTrap(
        "handle %d is not an open %s of this inferlet".formatted(handle, type.name()));
  }

  /** Closes whatever the guest left open, the youngest first. */
  void closeAll() {
    for (int slot = used - 1; slot >= 0; slot--) {
      Object resource = slots[slot];
      slots[slot] = null;
      if (resource != null) {
        type.end(resource);
      }
    }
  }
}
