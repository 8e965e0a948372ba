package dev.bourse.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an engine is set up.
 *
 * @param pageTokens slots a KV page: 8, 16 or 32
 * @param kvTokens slots the page pool holds together, rounded up to whole pages
 * @param stepTokens tokens one step computes at most
 * @param chunkTokens tokens of one context one step computes at most
 * @param seed what samplers without a seed of their own start from
 * @param market who is served when not all can be
 * @param spillFolder where pages go that have to leave memory and are still wanted; made when the
 *     first one does
 * @param spillBytes how large the file there may grow; 0 for none
 * @param adapters the folder of adapter files, if there is one: {@code shared} for what all users
 *     may load, {@code users} for what they save
 */
public record EngineConfig(
    int pageTokens,
    int kvTokens,
    int stepTokens,
    int chunkTokens,
    long seed,
    MarketSettings market,
    Path spillFolder,
    long spillBytes,
    Optional<Path> adapters) {
  private static final long SPILL_BYTES_DEFAULT = 4L << 30;

  public EngineConfig {
    if (kvTokens < pageTokens) {
      throw new IllegalArgumentException(
          "a KV cache of " + kvTokens + " tokens is less than a page of " + pageTokens);
    }
    if (spillBytes < 0) {
      throw new IllegalArgumentException("a spill file of " + spillBytes + " bytes cannot be");
    }
    if (stepTokens < 1 || chunkTokens < 1) {
      throw new IllegalArgumentException(
          "a step needs at least one token slot and a chunk of one, not "
              + stepTokens
              + " and "
              + chunkTokens);
    }
  }

  /**
   * Pages of 16 tokens, steps of 256 tokens with chunks of 128, the market, up to 4 GiB of spilled
   * pages in the system's folder for temporary files.
   */
  public static EngineConfig defaults(int kvTokens) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    return new EngineConfig(
        16,
        kvTokens,
        256,
        128,
        0,
        MarketSettings.DEFAULT,
        temporary,
        SPILL_BYTES_DEFAULT,
        Optional.empty());
  }

  public EngineConfig withPageTokens(int pageTokens) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        adapters);
  }

  public EngineConfig withStep(int stepTokens, int chunkTokens) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        adapters);
  }

  public EngineConfig withSeed(long seed) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        adapters);
  }

  public EngineConfig withSpill(Path spillFolder, long spillBytes) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        adapters);
  }

  public EngineConfig withAdapters(Path folder) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        Optional.of(folder));
  }

  public EngineConfig withMarket(MarketSettings market) {
    return new EngineConfig(
        pageTokens,
        kvTokens,
        stepTokens,
        chunkTokens,
        seed,
        market,
        spillFolder,
        spillBytes,
        adapters);
  }

  public EngineConfig withPolicy(String policy) {
    return withMarket(market.withPolicy(policy));
  }
}
