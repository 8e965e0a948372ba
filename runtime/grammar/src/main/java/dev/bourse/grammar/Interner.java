package dev.bourse.grammar;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Keeps one of all equal objects for as long as somebody holds it. For many threads. */
final class Interner<T> {

  private final ConcurrentMap<Key<T>, Key<T>> keys = new ConcurrentHashMap<>();
  private final ReferenceQueue<T> dropped = new ReferenceQueue<>();

  /** Equal to another key if both objects are there and equal. */
  private static final class Key<T> extends WeakReference<T> {
    private final int hash;

    Key(T object, ReferenceQueue<T> dropped) {
      super(object, dropped);
      hash = object.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      T object = get();
      return object != null && other instanceof Key<?> that && object.equals(that.get());
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** The one object that is kept of those equal to this one: another one, or from now on this. */
  T intern(T object) {
    for (Reference<? extends T> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      keys.remove(gone);
    }
    Key<T> key = new Key<>(object, dropped);
    while (true) {
      Key<T> known = keys.putIfAbsent(key, key);
      if (known == null) {
        return object;
      }
      T kept = known.get();
      if (kept != null) {
        return kept;
      }
      keys.remove(known, known);
    }
  }
}
