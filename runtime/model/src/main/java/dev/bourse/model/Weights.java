package dev.bourse.model;

import dev.bourse.tensor.WeightMatrix;
import java.util.List;

/** All weights of a model, repacked for the kernels. */
final class Weights implements AutoCloseable {
  private final WeightMatrix embedding;
  private final List<Layer> layers;
  private final float[] outputNorm;
  private final WeightMatrix output;
  private final List<WeightMatrix> owned;

  Weights(
      WeightMatrix embedding,
      List<Layer> layers,
      float[] outputNorm,
      WeightMatrix output,
      List<WeightMatrix> owned) {
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
    this.outputNorm = outputNorm;
    this.output = output;
    this.owned = List.copyOf(owned);
  }

  /** {@code [vocabulary][hidden]}. */
  WeightMatrix embedding() {
    return embedding;
  }

  List<Layer> layers() {
    return layers;
  }

  /** {@code [hidden]}. */
  float[] outputNorm() {
    return outputNorm;
  }

  /** {@code [vocabulary][hidden]}; the embedding itself if the file ties them. */
  WeightMatrix output() {
    return output;
  }

  /** Bytes of all matrices in memory. */
  long bytes() {
    return owned.stream().mapToLong(WeightMatrix::bytes).sum();
  }

  @Override
  public void close() {
    owned.forEach(WeightMatrix::close);
  }
}
