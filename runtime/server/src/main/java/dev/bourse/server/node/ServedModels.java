package dev.bourse.server.node;

import dev.bourse.host.process.ServedModel;
import dev.bourse.server.access.ServiceException;
import java.util.List;
import java.util.function.Consumer;

/** The models that a node serves, and how they become more and fewer. Thread safe. */
public interface ServedModels {
  /** Those that processes are given which begin now; the first is the default. */
  List<ServedModel> all();

  /**
   * Serves one more.
   *
   * @param file as whoever administers names it
   * @param progress is told what is done now
   * @throws ServiceException when there is no such file, it is no model, its name is taken, or
   *     there is no memory for it
   */
  ServedModel add(String file, Consumer<String> progress);

  /**
   * Gives a model to nobody any more who begins from now on.
   *
   * @return frees what it holds, and ends whoever still uses it; to be run once
   * @throws ServiceException when there is no such model, or no other one
   */
  Runnable withdraw(String name);
}
