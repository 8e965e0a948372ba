package dev.bourse.server.top;

import dev.bourse.client.BourseException;
import dev.bourse.proto.v1.Process;
import dev.bourse.server.market.LiveScreen;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What keys do: select a process and stop it, sort, and leave. Thread safe. */
final class TopKeys implements LiveScreen.Keys {
  private final Supplier<TopView> view;
  private final Consumer<String> stop;
  private final Runnable allTenants;
  private final Runnable nextModel;
  private Order order = Order.PAID;
  private Optional<String> selected = Optional.empty();
  private Optional<String> asked = Optional.empty();
  private Optional<String> said = Optional.empty();

  /**
   * Keys.
   *
   * @param stop stops a process by its id; it may wait, and fail with a {@link BourseException}
   * @param allTenants shows those of all tenants, or not any more
   */
  TopKeys(Supplier<TopView> view, Consumer<String> stop, Runnable allTenants, Runnable nextModel) {
    this.view = view;
    this.stop = stop;
    this.allTenants = allTenants;
    this.nextModel = nextModel;
  }

  synchronized TopScreen.Choice choice() {
    Optional<String> bottom =
        asked.map(id -> "stop process %s? y to do so, any other key to leave it".formatted(id));
    return new TopScreen.Choice(order, selected, bottom.or(() -> said));
  }

  @Override
  public synchronized boolean pressed(String key) {
    said = Optional.empty();
    if (asked.isPresent()) {
      if (key.equals("y")) {
        stop(asked.get());
      }
      asked = Optional.empty();
      return true;
    }
    switch (key) {
      case "q" -> {
        return false;
      }
      case LiveScreen.UP -> select(-1);
      case LiveScreen.DOWN -> select(1);
      case "k", "x" -> ask();
      case "s" -> order = order.next();
      case "a" -> allTenants.run();
      case "m" -> nextModel.run();
      default -> said = Optional.empty();
    }
    return true;
  }

  private void select(int by) {
    List<String> ids = TopScreen.sorted(view.get(), order).stream().map(Process::getId).toList();
    if (ids.isEmpty()) {
      selected = Optional.empty();
      return;
    }
    int at = selected.map(ids::indexOf).orElse(-1);
    int next = at < 0 ? 0 : Math.clamp(at + by, 0, ids.size() - 1);
    selected = Optional.of(ids.get(next));
  }

  private void ask() {
    asked =
        selected.filter(
            id -> view.get().processes().stream().anyMatch(process -> process.getId().equals(id)));
    if (asked.isEmpty()) {
      said = Optional.of("select a process with the arrow keys first");
    }
  }

  /** Not on the thread that draws: it takes as long as the process takes to end. */
  private void stop(String id) {
    say("stopping %s".formatted(id));
    Thread.ofVirtual()
        .name("bourse-stop")
        .start(
            () -> {
              try {
                stop.accept(id);
                say("process %s has ended".formatted(id));
              } catch (BourseException e) {
                say(String.valueOf(e.getMessage()));
              }
            });
  }

  private synchronized void say(String words) {
    said = Optional.of(words);
  }
}
