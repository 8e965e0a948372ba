package dev.bourse.text;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The algorithms that cut words into tokens, by their name in {@code tokenizer.ggml.model}. */
enum TokenizerModel {
  BYTE_LEVEL_BPE("gpt2"),
  SENTENCE_PIECE("llama");

  private final String key;

  TokenizerModel(String key) {
    this.key = key;
  }

  static TokenizerModel named(String name) {
    for (TokenizerModel model : values()) {
      if (model.key.equals(name)) {
        return model;
      }
    }
    String supported =
        Arrays.stream(values()).map(model -> model.key).collect(Collectors.joining(", "));
    throw new VocabularyException(
        "tokenizer.ggml.model '%s' is not supported; supported: %s".formatted(name, supported));
  }
}
