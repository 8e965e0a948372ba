package dev.bourse.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bourse.text.SharedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The templates of real models, rendered as Jinja2 renders them. */
class TemplateOracleTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  Stream<DynamicNode> rendersEveryReferenceCase() {
    return SharedFiles.with(
        "oracles/templates", folder -> sorted(folder).flatMap(TemplateOracleTest::cases));
  }

  private static Stream<Path> sorted(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".cases.json"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<DynamicTest> cases(Path file) {
    Reference reference = JSON.readValue(file.toFile(), new TypeReference<Reference>() {});
    String source = read(file.resolveSibling(reference.template()));
    ChatTemplate template = ChatTemplate.parse(reference.template(), source);
    LocalDateTime now = LocalDateTime.ofInstant(Instant.parse(reference.now()), ZoneOffset.UTC);
    return reference.cases().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    reference.template() + ": " + entry.get("name"),
                    () -> check(template, entry, now)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The first reference is Python's Jinja2; where it fails, rendering must fail for that reason.
   */
  private static void check(ChatTemplate template, Map<String, Object> entry, LocalDateTime now) {
    Map<String, Object> context =
        JSON.convertValue(
            Objects.requireNonNull(entry.get("context")),
            new TypeReference<Map<String, Object>>() {});
    if (entry.containsKey("expected")) {
      assertThat(template.render(context, now)).isEqualTo(entry.get("expected"));
      return;
    }
    TemplateException failure =
        catchThrowableOfType(TemplateException.class, () -> template.render(context, now));
    assertThat(failure).as("must fail: " + entry.get("expected_error")).isNotNull();
    assertThat(failure.raisedByTemplate()).isEqualTo(entry.get("raised_by_template"));
    if (failure.raisedByTemplate()) {
      assertThat(failure.problem()).isEqualTo(entry.get("expected_error"));
    }
  }

  private record Reference(String template, String now, List<Map<String, Object>> cases) {}
}
