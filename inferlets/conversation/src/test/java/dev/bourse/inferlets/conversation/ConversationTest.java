package dev.bourse.inferlets.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What it answers is tested where there is an engine; here, that the build has left what the host loads. */
final class ConversationTest {
  @Test
  void isInTheIndex() throws IOException {
    assertThat(new String(resource("index"), StandardCharsets.UTF_8).lines()).contains("conversation");
  }

  @Test
  void hasAManifestAndAModule() throws IOException {
    assertThat(new String(resource("conversation/inferlet.toml"), StandardCharsets.UTF_8))
        .contains("name = \"conversation\"")
        .contains(Conversation.class.getName());
    assertThat(resource("conversation/conversation.wasm"))
        .startsWith(0, 'a', 's', 'm', 1, 0, 0, 0)
        .hasSizeLessThan(440_000);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Conversation.class.getResourceAsStream("/inferlets/" + name)) {
      assertThat(in).as("resource /inferlets/" + name).isNotNull();
      return in.readAllBytes();
    }
  }
}
