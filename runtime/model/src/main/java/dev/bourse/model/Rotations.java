package dev.bourse.model;

import dev.bourse.tensor.RopeTable;

/**
 * The rotations of a model's layers.
 *
 * @param all of layers that see everything
 * @param window of layers that see a window
 */
record Rotations(RopeTable all, RopeTable window) {
  /**
   * The tables of a model.
   *
   * @param fileFactors what the file divides each pair's frequency by
   */
  static Rotations of(ModelConfig config, float[] fileFactors) {
    ModelConfig.Rope rope = config.rope();
    float[] factors = rope.scaling().factors(rope.dimensions(), rope.base());
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= fileFactors[i];
    }
    RopeTable all =
        new RopeTable(
            config.family().ropePairing(),
            rope.dimensions(),
            rope.base(),
            factors,
            rope.scaling().magnitude(),
            config.contextLength());
    if (rope.windowBase() == rope.base()) {
      return new Rotations(all, all);
    }
    RopeTable window =
        new RopeTable(
            config.family().ropePairing(),
            rope.dimensions(),
            rope.windowBase(),
            fileFactors,
            config.contextLength());
    return new Rotations(all, window);
  }
}
