package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.model.lora.LoraFile;
import dev.bourse.model.lora.LoraWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An adapter under a name. What it adds can be replaced; passes that were submitted before, and
 * what they computed, keep what they were submitted with.
 */
public final class Adapter {
  /**
   * What it is at a moment; never changes.
   *
   * @param weights what it adds; empty for nothing
   * @param search how it is searched for, if it is
   */
  record State(Optional<LoraAdapter> weights, Optional<Evolution> search) {
    static final State EMPTY = new State(Optional.empty(), Optional.empty());

    long bytes() {
      return weights.map(LoraAdapter::bytes).orElse(0L) + search.map(Evolution::bytes).orElse(0L);
    }
  }

  private final Adapters adapters;
  private final String user;
  private final String name;
  private volatile State state;

  Adapter(Adapters adapters, String user, String name, State state) {
    this.adapters = adapters;
    this.user = user;
    this.name = name;
    this.state = state;
  }

  public String name() {
    return name;
  }

  /** What it adds at this moment; empty if it changes nothing. */
  public Optional<LoraAdapter> weights() {
    return state.weights();
  }

  /**
   * Reads what it adds from a file in the engine's folder of adapters: one of the user's own, or
   * one that all may read.
   *
   * @throws EngineException if there is no such file, it is no adapter of the model, or too large
   */
  public void load(String path) {
    load(adapters.folder().find(user, path), path);
  }

  /**
   * Writes what it adds to a file of the user's own in the engine's folder of adapters.
   *
   * @throws EngineException if it changes nothing, the path is none, or the user's quota is used up
   */
  public void save(String path) {
    adapters.folder().write(user, path, gguf());
  }

  /**
   * Reads what it adds from any file.
   *
   * @throws EngineException if the file is no adapter of the model, or too large
   */
  void load(Path file) {
    load(file, file.toString());
  }

  private void load(Path file, String called) {
    State before = state;
    try {
      LoraAdapter read = LoraFile.read(file, called, adapters.model(), adapters.bytesMax());
      adapters.change(this, before, new State(Optional.of(read), Optional.empty()));
    } catch (ModelFileException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The candidate of a seed, in the search that {@link #search} began.
   *
   * @throws EngineException if none was begun
   */
  public LoraAdapter candidate(long seed) throws InterruptedException {
    State now = state;
    return searchOf(now).candidate(weightsOf(now), seed);
  }

  /**
   * Begins to search for an adapter by scores alone: an evolution strategy over its matrices, by
   * the rule that {@code docs/adapters.md} gives. What it was before is forgotten.
   *
   * @param rank of its matrices
   * @param alpha what their product is multiplied by, divided by the rank
   * @param population candidates of a generation, at most
   * @param muFraction the share of them, the best, that is moved towards
   * @param sigma the step size at first
   * @throws EngineException if a number is out of its range
   */
  public void search(int rank, float alpha, int population, float muFraction, float sigma)
      throws InterruptedException {
    State before = state;
    Evolution.Settings settings = new Evolution.Settings(rank, alpha, population, muFraction);
    become(before, Evolution.begin(adapters.model(), settings, sigma, adapters.bytesMax()));
  }

  /**
   * Moves towards the best candidates of a generation.
   *
   * @param scores higher is better
   * @param seeds of the candidates, one for each score
   * @param sigmaMax the largest step size from now on
   * @throws EngineException if no search was begun, or the scores cannot be those of a generation
   */
  public void update(float[] scores, long[] seeds, float sigmaMax) throws InterruptedException {
    State before = state;
    become(before, searchOf(before).update(weightsOf(before), scores, seeds, sigmaMax));
  }

  private void become(State before, Evolution.Found found) {
    adapters.change(
        this, before, new State(Optional.of(found.mean()), Optional.of(found.search())));
  }

  private Evolution searchOf(State now) {
    return now.search()
        .orElseThrow(
            () ->
                new EngineException(
                    "adapter \"" + name + "\" has no candidates: initialize a search first"));
  }

  private LoraAdapter weightsOf(State now) {
    return now.weights()
        .orElseThrow(() -> new IllegalStateException("a search has an adapter to start from"));
  }

  /**
   * Its bytes as a GGUF file.
   *
   * @throws EngineException if it changes nothing
   */
  byte[] gguf() {
    try {
      return LoraWriter.gguf(
          state
              .weights()
              .orElseThrow(
                  () ->
                      new EngineException(
                          "adapter \"" + name + "\" is empty: there is nothing to save")),
          adapters.model());
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Another adapter that is what this one is now.
   *
   * @throws EngineException if the user has one of that name, or as many as he may
   */
  public Adapter fork(String newName) {
    return adapters.add(user, newName, state);
  }

  /** Forgets the name; whoever has the adapter can no longer change it. */
  public void destroy() {
    adapters.destroy(this);
  }

  // What follows is for the engine.

  String user() {
    return user;
  }

  State state() {
    return state;
  }

  void set(State newState) {
    state = newState;
  }
}
