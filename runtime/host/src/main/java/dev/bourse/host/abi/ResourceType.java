package dev.bourse.host.abi;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A kind of host object that guests hold handles of.
 *
 * @param <T> the host's class for it
 */
public final class ResourceType<T> {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final int index = COUNT.getAndIncrement();
  private final String name;
  private final Class<T> javaType;
  private final Consumer<T> onDrop;
  private final Consumer<T> onEnd;

  private ResourceType(String name, Class<T> javaType, Consumer<T> onDrop, Consumer<T> onEnd) {
    this.name = name;
    this.javaType = javaType;
    this.onDrop = onDrop;
    this.onEnd = onEnd;
  }

  /** A type whose objects need nothing done when their handle goes. */
  public static <T> ResourceType<T> of(String name, Class<T> javaType) {
    return of(name, javaType, resource -> {});
  }

  /** A type whose objects are released by {@code onDrop} when dropped or when the process ends. */
  public static <T> ResourceType<T> of(String name, Class<T> javaType, Consumer<T> onDrop) {
    return new ResourceType<>(name, javaType, onDrop, onDrop);
  }

  /**
   * A type to whose objects something else happens when their handle is dropped than when the
   * process ends while it holds it.
   */
  public static <T> ResourceType<T> of(
      String name, Class<T> javaType, Consumer<T> onDrop, Consumer<T> onEnd) {
    return new ResourceType<>(name, javaType, onDrop, onEnd);
  }

  public String name() {
    return name;
  }

  /** Which of an instance's tables holds this type's handles. */
  public int index() {
    return index;
  }

  public T cast(Object resource) {
    return javaType.cast(resource);
  }

  public void close(Object resource) {
    onDrop.accept(cast(resource));
  }

  /** The process ends while it holds a handle of {@code resource}. */
  void end(Object resource) {
    onEnd.accept(cast(resource));
  }
}
