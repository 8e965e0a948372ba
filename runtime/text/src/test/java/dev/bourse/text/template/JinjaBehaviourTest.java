package dev.bourse.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The language, construct by construct: {@code jinja-behaviour.json} holds snippets with what
 * Jinja2 (its version is in the file) makes of them under Hugging Face's settings, in the C locale.
 */
class JinjaBehaviourTest {

  private record Snippet(String source, @Nullable String text, @Nullable String error) {}

  private record Corpus(
      String jinja, String now, Map<String, Object> context, List<Snippet> cases) {}

  @TestFactory
  Stream<DynamicTest> doesAsJinjaDoes() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(getClass().getResourceAsStream("jinja-behaviour.json"))) {
      Corpus corpus = new JsonMapper().readValue(file, Corpus.class);
      LocalDateTime now = LocalDateTime.parse(corpus.now());
      return corpus.cases().stream()
          .map(
              snippet ->
                  DynamicTest.dynamicTest(
                      snippet.source(), () -> check(snippet, corpus.context(), now)));
    }
  }

  private static void check(Snippet snippet, Map<String, Object> context, LocalDateTime now) {
    if (snippet.error() == null) {
      assertThat(ChatTemplate.parse("snippet", snippet.source()).render(context, now))
          .isEqualTo(snippet.text());
    } else {
      assertThatThrownBy(() -> ChatTemplate.parse("snippet", snippet.source()).render(context, now))
          .as(snippet.error())
          .isInstanceOf(TemplateException.class);
    }
  }
}
