package dev.bourse.inferlets.openaichat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What it answers is tested where there is an engine; here, that the build has left what the host loads. */
final class OpenAiChatTest {
  @Test
  void isInTheIndex() throws IOException {
    assertThat(new String(resource("index"), StandardCharsets.UTF_8).lines()).contains("openai-chat");
  }

  @Test
  void hasAManifestAndAModule() throws IOException {
    assertThat(new String(resource("openai-chat/inferlet.toml"), StandardCharsets.UTF_8))
        .contains("name = \"openai-chat\"")
        .contains(OpenAiChat.class.getName());
    assertThat(resource("openai-chat/openai-chat.wasm"))
        .startsWith(0, 'a', 's', 'm', 1, 0, 0, 0)
        .hasSizeLessThan(600_000);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = OpenAiChat.class.getResourceAsStream("/inferlets/" + name)) {
      assertThat(in).as("resource /inferlets/" + name).isNotNull();
      return in.readAllBytes();
    }
  }
}
