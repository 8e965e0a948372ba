package dev.bourse.host.process;

import dev.bourse.engine.Budget;
import org.jspecify.annotations.Nullable;

/** How a process starts others. */
public interface Launcher {
  /**
   * Starts a child: a process of the same user, with at most what its parent may, that spends from
   * its parent's account. Called on the parent's thread.
   *
   * @param program the name of an inferlet, with a version or a range of versions if it is given
   * @param input the text of one JSON object
   * @param budget what the child has of its own, out of its parent's; null for nothing
   * @throws IllegalArgumentException if there is no such program, or it cannot be run with this
   *     input
   * @throws dev.bourse.engine.EngineException if the parent does not have what the budget says
   */
  InferletProcess launch(
      InferletProcess parent, String program, String input, @Nullable Budget budget)
      throws InterruptedException;
}
