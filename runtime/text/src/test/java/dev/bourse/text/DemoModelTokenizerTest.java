package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The embedded model's recorded prompts and strings. */
class DemoModelTokenizerTest {

  @TestFactory
  Stream<DynamicNode> tokenizesAsRecorded() {
    return SharedFiles.with("demo-model", DemoModelTokenizerTest::tests);
  }

  private static Stream<DynamicTest> tests(Path folder) {
    Tokenizer tokenizer =
        Tokenizer.of(GgufMetadata.read(folder.resolve("pocket-chat-5m-q8_0.gguf")).vocabulary());
    JsonNode golden = new JsonMapper().readTree(folder.resolve("fixtures/golden.json"));
    Stream<DynamicTest> ends =
        Stream.of(
            DynamicTest.dynamicTest(
                "end of generation",
                () ->
                    assertThat(tokenizer.specialIds().endOfGeneration())
                        .containsExactly(
                            golden
                                .required("eos_ids")
                                .valueStream()
                                .map(JsonNode::intValue)
                                .toArray(Integer[]::new))));
    Stream<DynamicTest> prompts =
        golden
            .required("cases")
            .valueStream()
            .map(
                c ->
                    test(
                        tokenizer,
                        c.required("name").stringValue(),
                        c.required("prompt"),
                        c.required("prompt_ids")));
    Stream<DynamicTest> strings =
        golden
            .required("tokenization")
            .valueStream()
            .map(
                c ->
                    test(
                        tokenizer,
                        "'" + c.required("text").stringValue() + "'",
                        c.required("text"),
                        c.required("ids")));
    return Stream.of(ends, prompts, strings).flatMap(tests -> tests);
  }

  private static DynamicTest test(Tokenizer tokenizer, String name, JsonNode text, JsonNode ids) {
    int[] expected = ids.valueStream().mapToInt(JsonNode::intValue).toArray();
    return DynamicTest.dynamicTest(
        name,
        () -> {
          assertThat(tokenizer.encode(text.stringValue(), false, true)).containsExactly(expected);
          assertThat(tokenizer.decode(expected, false)).asString().isEqualTo(text.stringValue());
        });
  }
}
