package dev.bourse.server.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shapes of published models, to be filled with synthetic weights. */
enum Shape {
  LLAMA_1B("llama", 16, 2048, 8192, 32, 8, 64, 128_256),
  LLAMA_3B("llama", 28, 3072, 8192, 24, 8, 128, 128_256),
  LLAMA_8B("llama", 32, 4096, 14_336, 32, 8, 128, 128_256),
  QWEN3_0_6B("qwen3", 28, 1024, 3072, 16, 8, 128, 151_936),
  QWEN3_1_7B("qwen3", 28, 2048, 6144, 16, 8, 128, 151_936),
  GEMMA3_1B("gemma3", 26, 1152, 6912, 4, 1, 256, 262_144),

  /** Small enough for a test. */
  TINY("qwen3", 2, 256, 512, 4, 2, 64, 512);

  final String architecture;
  final int layers;
  final int hidden;
  final int feedForward;
  final int heads;
  final int kvHeads;
  final int headDim;
  final int vocabulary;

  Shape(
      String architecture,
      int layers,
      int hidden,
      int feedForward,
      int heads,
      int kvHeads,
      int headDim,
      int vocabulary) {
    this.architecture = architecture;
    this.layers = layers;
    this.hidden = hidden;
    this.feedForward = feedForward;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.vocabulary = vocabulary;
  }

  /** As users write it: {@code llama-1b}, {@code qwen3-0.6b}. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replaceAll("_(\\d)_(\\d)", "-$1.$2").replace('_', '-');
  }

  static String keys() {
    return Arrays.stream(values()).map(Shape::key).collect(Collectors.joining(", "));
  }
}
