package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.text.Tokenizer;
import dev.bourse.text.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vocabularies of real models, if their files lie beside the project. */
class RealVocabularyTest {

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}},"
          + "\"required\":[\"name\",\"n\"],\"additionalProperties\":false}";

  @TestFactory
  Stream<DynamicTest> textIsAcceptedAsItIsTokenizedAndGeneratedTextIsValid() {
    return Stream.of("gpt-2", "llama-bpe", "qwen2")
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private static void check(String name) {
    Tokenizer tokenizer = Tokenizer.of(vocabulary(find(name)));
    TokenVocabulary vocabulary = TokenVocabulary.of(tokenizer);
    CompiledGrammar grammar = new CompiledGrammar(Grammar.fromJsonSchema(SCHEMA), vocabulary);
    for (String text :
        List.of(
            "{\"name\": \"Ada Lovelace, née Byron 😀\", \"n\": 1815}",
            "{\"name\":\"\",\"n\":-3}")) {
      Matcher matcher = grammar.matcher();
      matcher.accept(tokenizer.encode(text, false, false));
      assertThat(matcher.mayEnd()).isTrue();
      int stop = tokenizer.specialIds().endOfGeneration().getFirst();
      assertThat(matcher.allows(stop)).isTrue();
    }
    Validator validator = new Validator(SCHEMA);
    Generator generator = new Generator(grammar, 3, 60);
    for (int i = 0; i < 10; i++) {
      String text = generator.next();
      assertThat(validator.problems(text)).as(text).isEmpty();
    }
  }

  private static Path find(String name) {
    String file = "shared/oracles/tokenizers/" + name + "/" + name + ".gguf";
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(file))) {
        return folder.resolve(file);
      }
    }
    return Assumptions.abort(file + " is not beside any folder above the project");
  }

  /** Just enough of GGUF for these files. */
  private static Vocabulary vocabulary(Path file) {
    Map<String, Object> values = new HashMap<>();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      in.order(ByteOrder.LITTLE_ENDIAN).position(16);
      for (long count = in.getLong(); count > 0; count--) {
        values.put(string(in), value(in, in.getInt()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Vocabulary.Builder builder =
        Vocabulary.builder(
                String.valueOf(values.get("tokenizer.ggml.model")),
                String.valueOf(values.get("tokenizer.ggml.pre")))
            .tokens(texts(values.get("tokenizer.ggml.tokens")))
            .merges(texts(values.get("tokenizer.ggml.merges")));
    if (values.get("tokenizer.ggml.token_type") instanceof List<?> types) {
      builder.types(types.stream().mapToInt(type -> (Integer) type).toArray());
    }
    if (values.get("tokenizer.ggml.eos_token_id") instanceof Integer id) {
      builder.eos(id);
    }
    return builder.build();
  }

  private static List<String> texts(@Nullable Object list) {
    return list instanceof List<?> texts ? texts.stream().map(String::valueOf).toList() : List.of();
  }

  private static String string(ByteBuffer in) {
    byte[] bytes = new byte[(int) in.getLong()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Object value(ByteBuffer in, int type) {
    return switch (type) {
      case 0, 1, 7 -> (int) in.get();
      case 2, 3 -> (int) in.getShort();
      case 4, 5 -> in.getInt();
      case 6 -> in.getFloat();
      case 8 -> string(in);
      case 9 -> {
        int element = in.getInt();
        List<Object> elements = new ArrayList<>();
        for (long count = in.getLong(); count > 0; count--) {
          elements.add(value(in, element));
        }
        yield elements;
      }
      case 10, 11 -> in.getLong();
      case 12 -> in.getDouble();
      default -> throw new IllegalStateException("GGUF value type " + type);
    };
  }
}
