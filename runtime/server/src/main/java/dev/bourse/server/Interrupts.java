package dev.bourse.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

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
    return on("INT", reaction(first));
  }

  /** The same for Ctrl-C and SIGTERM, whichever comes first. */
  public static boolean onFirstOrTerm(Runnable first) {
    InvocationHandler reaction = reaction(first);
    return on("INT", reaction) && on("TERM", reaction);
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
  private static InvocationHandler reaction(Runnable first) {
    boolean[] again = new boolean[1];
    return (proxy, method, arguments) ->
        switch (method.getName()) {
          case "handle" -> {
            if (again[0]) {
              Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            again[0] = true;
            first.run();
            yield null;
          }
          case "equals" -> arguments != null && proxy == arguments[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> "Ctrl-C";
        };
  }
}
