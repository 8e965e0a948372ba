package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import java.util.HashMap;
import java.util.Map;

/**
 * Which adapters contexts were computed with: those must stay in memory, for pages to be computed
 * again. Each user's are counted once, however many contexts hold them, and bounded together. Owned
 * by whoever holds the engine's lock.
 */
final class AdapterHolds {
  /** An adapter, and how many contexts hold it. */
  private static final class Hold {
    private final LoraAdapter adapter;
    private int contexts;

    Hold(LoraAdapter adapter) {
      this.adapter = adapter;
    }
  }

  /** What the contexts of one user hold. */
  private static final class Held {
    private final Map<String, Hold> byDigest = new HashMap<>();
    private long bytes;
  }

  private final long bytesMax;
  private final Map<String, Held> users = new HashMap<>();

  /**
   * @param bytesMax of the adapters that contexts of one user hold
   */
  AdapterHolds(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * One more context holds an adapter.
   *
   * @return the one that is held already, if there is an equal one
   * @throws EngineException if the user's contexts would hold too much
   */
  LoraAdapter acquire(String user, LoraAdapter adapter) {
    Held held = users.get(user);
    Hold hold = held == null ? null : held.byDigest.get(adapter.digest());
    if (hold == null) {
      long bytes = (held == null ? 0 : held.bytes) + adapter.bytes();
      if (bytes > bytesMax) {
        throw new EngineException(
            "the contexts of "
                + user
                + " would hold "
                + bytes
                + " bytes of adapters, allowed "
                + bytesMax
                + ": close contexts that were computed with other adapters first");
      }
      held = users.computeIfAbsent(user, _ -> new Held());
      held.bytes = bytes;
      hold = new Hold(adapter);
      held.byDigest.put(adapter.digest(), hold);
    }
    hold.contexts++;
    return hold.adapter;
  }

  /** A context that held an adapter is gone. */
  void release(String user, LoraAdapter adapter) {
    Held held = users.get(user);
    Hold hold = held == null ? null : held.byDigest.get(adapter.digest());
    if (held == null || hold == null) {
      throw new IllegalStateException("nobody holds adapter " + adapter.digest());
    }
    if (--hold.contexts == 0) {
      held.byDigest.remove(adapter.digest());
      held.bytes -= hold.adapter.bytes();
      if (held.byDigest.isEmpty()) {
        users.remove(user);
      }
    }
  }

  /** Users whose contexts hold any. */
  int users() {
    return users.size();
  }
}
