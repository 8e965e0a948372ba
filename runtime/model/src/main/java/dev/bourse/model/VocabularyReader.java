package dev.bourse.model;

import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.Vocabulary;
import dev.bourse.text.VocabularyException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Makes a tokenizer of a file's {@code tokenizer.ggml} keys. */
public final class VocabularyReader {
  private static final String PREFIX = "tokenizer.ggml.";

  private final Metadata metadata;

  private VocabularyReader(Metadata metadata) {
    this.metadata = metadata;
  }

  /**
   * The tokenizer that a file describes, which need not hold anything else. A file that names no
   * pre-tokenizer means the one called {@code default}.
   *
   * @param file what errors call it
   * @throws ModelFileException if keys are missing or the vocabulary is not sound
   */
  public static Tokenizer tokenizer(String file, Metadata metadata) throws ModelFileException {
    try {
      return Tokenizer.of(new VocabularyReader(metadata).read());
    } catch (VocabularyException problem) {
      throw new ModelFileException(file, Objects.toString(problem.getMessage()), problem);
    }
  }

  private Vocabulary read() throws ModelFileException {
    Vocabulary.Builder builder =
        Vocabulary.builder(
            metadata.requireText(PREFIX + "model"),
            metadata.text(PREFIX + "pre").orElse("default"));
    Optional<String[]> tokens = metadata.texts(PREFIX + "tokens");
    tokens.ifPresent(texts -> builder.tokens(List.of(texts)));
    Optional<int[]> types = metadata.integers(PREFIX + "token_type");
    types.ifPresent(builder::types);
    Optional<String[]> merges = metadata.texts(PREFIX + "merges");
    merges.ifPresent(texts -> builder.merges(List.of(texts)));
    Optional<float[]> scores = metadata.reals(PREFIX + "scores");
    scores.ifPresent(builder::scores);
    flag("add_space_prefix", builder::addSpacePrefix);
    id("bos_token_id", builder::bos);
    id("eos_token_id", builder::eos);
    id("eot_token_id", builder::eot);
    id("eom_token_id", builder::eom);
    id("padding_token_id", builder::pad);
    id("unknown_token_id", builder::unknown);
    flag("add_bos_token", builder::addBos);
    flag("add_eos_token", builder::addEos);
    return builder.build();
  }

  private void id(String key, IntConsumer setter) throws ModelFileException {
    OptionalLong id = metadata.integer(PREFIX + key, -1, 0xFFFF_FFFFL);
    if (id.isPresent()) {
      setter.accept((int) id.getAsLong());
    }
  }

  private void flag(String key, Consumer<Boolean> setter) throws ModelFileException {
    Optional<Boolean> flag = metadata.flag(PREFIX + key);
    flag.ifPresent(setter);
  }
}
