package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares every recorded case of llama.cpp's tokenizer with ours. */
class TokenizerOracleTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  Stream<DynamicNode> llamaCppAgreesOn() {
    return SharedFiles.with(
        "oracles/tokenizers",
        folder ->
            Stream.of("gpt-2", "llama-bpe", "llama-spm", "qwen2")
                .map(name -> DynamicContainer.dynamicContainer(name, cases(folder, name))));
  }

  private static Stream<DynamicNode> cases(Path vocabularies, String name) {
    Path folder = vocabularies.resolve(name);
    JsonNode reference = JSON.readTree(folder.resolve("cases.json"));
    Tokenizer tokenizer =
        Tokenizer.of(GgufMetadata.read(folder.resolve(name + ".gguf")).vocabulary());
    return Stream.of(
        DynamicTest.dynamicTest("properties", () -> properties(tokenizer, reference)),
        group("encode", reference, c -> encode(tokenizer, c)),
        group("encode_repeated", reference, c -> encodeRepeated(tokenizer, c)),
        group("decode", reference, c -> decode(tokenizer, c)),
        group("pieces", reference, c -> piece(tokenizer, c)));
  }

  private static DynamicNode group(String kind, JsonNode reference, Check check) {
    List<JsonNode> cases = reference.required(kind).valueStream().toList();
    return DynamicContainer.dynamicContainer(
        kind,
        Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
            .map(i -> DynamicTest.dynamicTest(kind + " " + i, () -> check.accept(cases.get(i)))));
  }

  private static void properties(Tokenizer tokenizer, JsonNode reference) {
    assertThat(tokenizer.size()).isEqualTo(reference.required("size").intValue());
    assertThat(tokenizer.specialIds().bos()).hasValue(reference.required("bos").intValue());
    assertThat(tokenizer.specialIds().eos()).hasValue(reference.required("eos").intValue());
    assertThat(tokenizer.specialIds().addBos())
        .isEqualTo(reference.required("adds_bos").booleanValue());
    assertThat(tokenizer.specialIds().addEos())
        .isEqualTo(reference.required("adds_eos").booleanValue());
  }

  private static void encode(Tokenizer tokenizer, JsonNode c) {
    String text = c.required("text").stringValue();
    boolean parse = c.required("parse_special").booleanValue();
    int[] ids = tokenizer.encode(text, false, parse);
    assertThat(ids).as(text).containsExactly(ints(c.required("ids")));
    assertThat(tokenizer.encode(text, true, parse))
        .as(text)
        .containsExactly(ints(c.required("ids_with_special")));
    byte[] pieces = bytes(c, "pieces_joined");
    assertThat(tokenizer.decode(ids, false))
        .as(text)
        .isIn(bytes(c, "decoded"), pieces.length > 0 ? pieces : bytes(c, "decoded"));
  }

  private static void encodeRepeated(Tokenizer tokenizer, JsonNode c)
      throws NoSuchAlgorithmException {
    String text = c.required("repeat").stringValue().repeat(c.required("times").intValue());
    int[] ids = tokenizer.encode(text, false, c.required("parse_special").booleanValue());
    assertThat(ids).hasSize(c.required("count").intValue());
    int[] first = ints(c.required("first"));
    assertThat(Arrays.copyOf(ids, first.length)).containsExactly(first);
    ByteBuffer buffer = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(ids);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(buffer.array());
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo(c.required("sha256_of_int32_le").stringValue());
  }

  private static void decode(Tokenizer tokenizer, JsonNode c) {
    int[] ids = ints(c.required("ids"));
    assertThat(tokenizer.decode(ids, false)).isEqualTo(bytes(c, "decoded"));
    assertThat(tokenizer.decode(ids, true)).isEqualTo(bytes(c, "decoded_without_special"));
  }

  private static void piece(Tokenizer tokenizer, JsonNode c) {
    int id = c.required("id").intValue();
    assertThat(tokenizer.bytes(id)).isEqualTo(bytes(c, "piece"));
    int type = c.required("type").intValue();
    assertThat(tokenizer.isSpecial(id))
        .isEqualTo(type == TokenType.CONTROL.code() || type == TokenType.UNKNOWN.code());
  }

  private static int[] ints(JsonNode array) {
    return array.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  /** The bytes under a key or, as hexadecimal digits, under the key with {@code _hex}. */
  private static byte[] bytes(JsonNode c, String key) {
    JsonNode hex = c.path(key + "_hex");
    return hex.isString()
        ? HexFormat.of().parseHex(hex.stringValue())
        : c.path(key).asString("").getBytes(StandardCharsets.UTF_8);
  }

  private interface Check {
    void accept(JsonNode c) throws Exception;
  }
}
