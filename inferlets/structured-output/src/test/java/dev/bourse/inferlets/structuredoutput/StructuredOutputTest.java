package dev.bourse.inferlets.structuredoutput;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What it answers is tested where there is an engine; here, that the build has left what the host loads. */
final class StructuredOutputTest {
  @Test
  void isInTheIndex() throws IOException {
    assertThat(new String(resource("index"), StandardCharsets.UTF_8).lines()).contains("structured-output");
  }

  @Test
  void hasAManifestAndAModule() throws IOException {
    assertThat(new String(resource("structured-output/inferlet.toml"), StandardCharsets.UTF_8))
        .contains("name = \"structured-output\"")
        .contains(StructuredOutput.class.getName());
    assertThat(resource("structured-output/structured-output.wasm"))
        .startsWith(0, 'a', 's', 'm', 1, 0, 0, 0)
        .hasSizeLessThan(400_000);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = StructuredOutput.class.getResourceAsStream("/inferlets/" + name)) {
      assertThat(in).as("resource /inferlets/" + name).isNotNull();
      return in.readAllBytes();
    }
  }
}
