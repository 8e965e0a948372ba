package dev.bourse.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.server.Resources;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package {@code @grpc/grpc-js} for Node, which learns by reflection what there is to call. Its
 * transcript is kept in {@code target/clients}.
 */
class GrpcNodeTest {
  private static final Path SCRIPTS = Path.of("src/test/clients/grpc-node");
  private static final Path TARGET = Path.of("target/clients/grpc-node");

  private static final List<String> EXPECTED =
      List.of(
          "services: [\"bourse.v1.Market\",\"bourse.v1.Models\",\"bourse.v1.Processes\","
              + "\"bourse.v1.Programs\",\"bourse.v1.Snapshots\",\"bourse.v1.Tenants\","
              + "\"grpc.health.v1.Health\",\"grpc.reflection.v1.ServerReflection\","
              + "\"grpc.reflection.v1alpha.ServerReflection\"]",
          "models: [\"Pocket Chat 5M\"]",
          "deployed: [\"talker\",\"1.0.0\",true]",
          "result: The capital of France is Paris.",
          "usage: [15,10]",
          "both directions: [\"hello\",\"how are you?\"]",
          "answers: [\"process\",\"event\",\"ended\"]",
          "ended: PROCESS_STATE_ENDED",
          "from offset 1: [\"how are you?\"]",
          "listed: [\"talker\",\"text-completion\"]",
          "cancelled: FAILURE_KIND_TERMINATED",
          "market: [\"market\",true]",
          "watching ended: CANCELLED",
          "not there: [\"NOT_FOUND\",\"NOT_FOUND\",\"there is no process p0, or not any more\"]",
          "malformed: [\"INVALID_ARGUMENT\",\"INVALID_ARGUMENT\"",
          "no key: [\"UNAUTHENTICATED\",\"UNAUTHENTICATED\"",
          "role too low: [\"PERMISSION_DENIED\",\"PERMISSION_DENIED\"");

  @TempDir private Path folder;

  @Test
  void thePackageForNodeByReflection() throws Exception {
    Files.createDirectories(TARGET);
    for (String file : List.of("package.json", "package-lock.json", "control.mjs")) {
      Files.write(TARGET.resolve(file), Files.readAllBytes(SCRIPTS.resolve(file)));
    }
    boolean installed =
        Files.exists(TARGET.resolve("node_modules/grpc-js-reflection-client/package.json"))
            || run(180, "npm-install.log", "npm", "ci", "--no-audit", "--no-fund") == 0;
    assumeTrue(installed, "skipped: npm cannot install @grpc/grpc-js here; see npm-install.log");
    Path module = Files.write(folder.resolve("talker.wasm"), Resources.bytes("guests/talker.wasm"));
    try (TestControlPlane server = new TestControlPlane(folder, NodeSettings.DEFAULT)) {
      String key = server.keys().create("ann", Role.DEPLOY, "").secret();
      int exit =
          run(
              120,
              "transcript.txt",
              "node",
              "control.mjs",
              server.address(),
              module.toAbsolutePath().toString(),
              key);
      List<String> transcript = Files.readAllLines(TARGET.resolve("transcript.txt"));
      assertThat(transcript).hasSameSizeAs(EXPECTED);
      for (int line = 0; line < EXPECTED.size(); line++) {
        assertThat(transcript.get(line)).startsWith(EXPECTED.get(line));
      }
      assertThat(exit).isZero();
    }
  }

  /** Runs a command and keeps what it prints; -1 if there is no such command. */
  private static int run(int seconds, String log, String... command) throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(TARGET.toFile())
              .redirectErrorStream(true)
              .redirectOutput(TARGET.resolve(log).toFile())
              .start();
    } catch (IOException notThere) {
      return -1;
    }
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }
}
