package dev.bourse.server.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.End;
import dev.bourse.server.Resources;
import dev.bourse.server.grpc.TestControlPlane;
import dev.bourse.server.node.NodeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, and the command line that asks it. */
abstract class AgainstServer {
  static final String PROMPT = "What is the capital of France?";

  @TempDir Path folder;
  TestControlPlane server;

  @BeforeEach
  void start() {
    server = new TestControlPlane(folder, NodeSettings.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  End bourse(String... arguments) {
    return typing("", arguments);
  }

  End typing(String input, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--server", server.address()));
    return End.bourseReading(input, all.toArray(String[]::new));
  }

  /** With a key. */
  End as(String secret, String... arguments) {
    try {
      Path file = Files.writeString(folder.resolve("key"), secret + "\n");
      List<String> all = new ArrayList<>(Arrays.asList(arguments));
      all.addAll(List.of("--key-file", file.toString()));
      return bourse(all.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path talker() throws IOException {
    Path talker = Files.createDirectory(folder.resolve("talker"));
    Files.write(talker.resolve("talker.wasm"), Resources.bytes("guests/talker.wasm"));
    Files.writeString(
        talker.resolve("inferlet.toml"),
        "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n");
    return talker;
  }

  void deployTalker() throws IOException {
    End deployed = bourse("deploy", talker().toString());
    assertThat(deployed.err()).isEqualTo("bourse: talker@1.0.0 is deployed\n");
    assertThat(deployed.exitCode()).isZero();
  }
}
