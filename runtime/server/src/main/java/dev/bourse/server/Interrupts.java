package dev.bourse.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What Ctrl-C does, and SIGTERM. The JDK's class for it, {@code sun.misc.Signal}, is supported but
 * not part of the Java API, and the compiler warns of every mention: hence by its name.
 */
public final class Interrupts {
  private Interrupts() {}

  /**
   * Runs {@code first} at the first Ctrl-C, in a thread of its own; the second ends the process at
   * once.
   *
   * @return whether this JVM lets signals be handled
   */
  public static boolean onFirst(Runnable first) {
    return on("INT", reaction(first, new AtomicBoolean(), ExitCode.INTERRUPTED));
  }

  /** The same for Ctrl-C and SIGTERM, whichever comes first, and whichever comes again. */
  public static boolean onFirstOrTerm(Runnable first) {
    AtomicBoolean again = new AtomicBoolean();
    return on("INT", reaction(first, again, ExitCode.INTERRUPTED))
        && on("TERM", reaction(first, again, ExitCode.TERMINATED));
  }

  private static boolean on(String name, InvocationHandler reaction) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(), new Class<?>[] {handler}, reaction);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Without it the signal ends the process at once, as everywhere.
      return false;
    }
  }

  @SuppressWarnings("ReferenceEquality") // A handler equals itself and nothing else.
  private static InvocationHandler reaction(Runnable first, AtomicBoolean again, int exitCode) {
    return (proxy, method, arguments) ->
        switch (method.getName()) {
          case "handle" -> {
            if (again.getAndSet(true)) {
              Runtime.getRuntime().halt(exitCode);
            }
            first.run();
            yield null;
          }
          case "equals" -> arguments != null && proxy == arguments[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> "a signal";
        };
  }
}
