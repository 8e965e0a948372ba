package dev.bourse.server;

import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.GgufTensor;
import dev.bourse.model.gguf.Metadata;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.text.SpecialIds;
import dev.bourse.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a model file says about itself. A file that holds only a vocabulary, or a family that cannot
 * be computed here, has a summary too: what the file leaves out is absent.
 *
 * @param file its name
 * @param ggufVersion of the format
 * @param fileBytes its size
 * @param name the model's own name
 * @param family {@code general.architecture}
 * @param sizes numbers such as {@code layers}, by the names that are shown
 * @param kvBytesPerToken keys and values of one token, of all layers, in 32-bit floats
 * @param parameters elements of all tensors
 * @param tensorTypes how many tensors there are of each type, and their bytes
 * @param vocabulary the tokenizer's side, or why there is none
 * @param template the chat template
 */
record ModelSummary(
    String file,
    int ggufVersion,
    long fileBytes,
    Optional<String> name,
    String family,
    Map<String, Long> sizes,
    OptionalLong kvBytesPerToken,
    long parameters,
    Map<String, TypeUse> tensorTypes,
    VocabularySummary vocabulary,
    Optional<String> template) {

  /**
   * Tensors of one type.
   *
   * @param tensors how many
   * @param bytes of all of them
   */
  record TypeUse(int tensors, long bytes) {
    TypeUse plus(TypeUse other) {
      return new TypeUse(tensors + other.tensors, bytes + other.bytes);
    }
  }

  /**
   * The tokenizer.
   *
   * @param tokens how many there are
   * @param model the algorithm
   * @param preTokenizer the rule that cuts text into words
   * @param special tokens with a role
   * @param endOfGeneration the tokens that end a generation
   * @param addBos whether a BOS is put in front of a text
   * @param problem why the vocabulary cannot be used here
   */
  record VocabularySummary(
      long tokens,
      String model,
      String preTokenizer,
      Map<String, SpecialUse> special,
      List<Integer> endOfGeneration,
      boolean addBos,
      Optional<String> problem) {}

  /**
   * A token with a role.
   *
   * @param id its number
   * @param text its text
   */
  record SpecialUse(int id, String text) {}

  /** Sizes that are shown, and the keys that hold them, without the family's prefix. */
  private static final Map<String, String> SIZE_KEYS = sizeKeys();

  private static Map<String, String> sizeKeys() {
    Map<String, String> sizes = new LinkedHashMap<>();
    sizes.put("layers", "block_count");
    sizes.put("hiddenSize", "embedding_length");
    sizes.put("feedForwardSize", "feed_forward_length");
    sizes.put("heads", "attention.head_count");
    sizes.put("kvHeads", "attention.head_count_kv");
    sizes.put("headSize", "attention.key_length");
    sizes.put("contextTokens", "context_length");
    return sizes;
  }

  static ModelSummary of(GgufFile file) throws ModelFileException {
    Metadata metadata = file.metadata();
    String family = metadata.requireText("general.architecture");
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (Map.Entry<String, String> size : SIZE_KEYS.entrySet()) {
      OptionalLong value = metadata.integer(family + "." + size.getValue(), 1, Integer.MAX_VALUE);
      value.ifPresent(number -> sizes.put(size.getKey(), number));
    }
    if (sizes.containsKey("heads")) {
      sizes.putIfAbsent("kvHeads", sizes.get("heads"));
      if (sizes.containsKey("hiddenSize")) {
        sizes.putIfAbsent("headSize", sizes.get("hiddenSize") / sizes.get("heads"));
      }
    }
    Map<String, TypeUse> types = new LinkedHashMap<>();
    long parameters = 0;
    for (GgufTensor tensor : file.tensors()) {
      parameters += tensor.elements();
      TypeUse use = new TypeUse(1, tensor.data().byteSize());
      types.merge(tensor.type().name(), use, TypeUse::plus);
    }
    return new ModelSummary(
        file.name(),
        file.version(),
        file.bytes().byteSize(),
        metadata.text("general.name"),
        family,
        sizes,
        kvBytesPerToken(sizes),
        parameters,
        types,
        vocabulary(file),
        metadata.text("tokenizer.chat_template"));
  }

  private static OptionalLong kvBytesPerToken(Map<String, Long> sizes) {
    long floats = 2;
    for (String factor : List.of("layers", "kvHeads", "headSize")) {
      if (!sizes.containsKey(factor)) {
        return OptionalLong.empty();
      }
      floats *= sizes.get(factor);
    }
    return OptionalLong.of(Float.BYTES * floats);
  }

  private static VocabularySummary vocabulary(GgufFile file) throws ModelFileException {
    Metadata metadata = file.metadata();
    long tokens = metadata.arrayLength("tokenizer.ggml.tokens").orElse(0);
    String model = metadata.text("tokenizer.ggml.model").orElse("none");
    String pre = metadata.text("tokenizer.ggml.pre").orElse("default");
    try {
      Tokenizer tokenizer = ModelFiles.tokenizer(file);
      SpecialIds ids = tokenizer.specialIds();
      Map<String, SpecialUse> special = new LinkedHashMap<>();
      special("bos", ids.bos(), tokenizer, special);
      special("eos", ids.eos(), tokenizer, special);
      special("eot", ids.eot(), tokenizer, special);
      special("eom", ids.eom(), tokenizer, special);
      special("pad", ids.pad(), tokenizer, special);
      special("unknown", ids.unknown(), tokenizer, special);
      return new VocabularySummary(
          tokens, model, pre, special, ids.endOfGeneration(), ids.addBos(), Optional.empty());
    } catch (CommandException e) {
      return new VocabularySummary(
          tokens, model, pre, Map.of(), List.of(), false, Optional.ofNullable(e.getMessage()));
    }
  }

  private static void special(
      String role, OptionalInt id, Tokenizer tokenizer, Map<String, SpecialUse> special) {
    if (id.isPresent()) {
      String text = new String(tokenizer.bytes(id.getAsInt()), StandardCharsets.UTF_8);
      special.put(role, new SpecialUse(id.getAsInt(), text));
    }
  }
}
