package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.InferletProcess.State;
import dev.bourse.server.access.Caller;
import dev.bourse.server.node.NodeProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask and do not read. */
@Timeout(120)
class SlowClientTest {
  /** Some nine megabytes of answer: more than all buffers on the way hold together. */
  private static final String MUCH =
      """
      {"model":"Pocket Chat 5M","messages":[{"role":"user","content":"Hello!"}],\
      "max_tokens":900,"n":8,"stream":true,"logprobs":true,"top_logprobs":20,"temperature":2,\
      "logit_bias":{"2039":-100,"2041":-100}}""";

  private static final String LITTLE =
      """
      {"model":"Pocket Chat 5M","messages":[{"role":"user","content":"Hello!"}],"max_tokens":5}""";

  @TempDir private Path folder;

  @Test
  void whoDoesNotReadHoldsUpHisOwnProcessAndNobodyElse() throws Exception {
    try (TestApi api = new TestApi(folder);
        Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), api.port()));
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"
              .formatted(MUCH.length());
      slow.getOutputStream().write((head + MUCH).getBytes(StandardCharsets.UTF_8));
      assertThat(slow.getInputStream().readNBytes(12)).hasSize(12);
      NodeProcess process = api.node().node().processes(Caller.LOCAL, false, false).getFirst();
      untilItStands(process);
      assertThat(process.state()).isEqualTo(State.RUNNING);
      for (int i = 0; i < 5; i++) {
        assertThat(api.post("/v1/chat/completions", LITTLE).status()).isEqualTo(200);
      }
      assertThat(process.state()).isEqualTo(State.RUNNING);
      slow.close();
      var _ = process.ended().get(30, TimeUnit.SECONDS);
      assertThat(computed(process)).as("tokens of 7,200").isLessThan(7_000);
      api.node().engine().check();
    }
  }

  /** Until nothing more is computed for it: it waits for its client. */
  private static void untilItStands(NodeProcess process) throws InterruptedException {
    long before = -1;
    long now = computed(process);
    while (now != before) {
      Thread.sleep(500);
      before = now;
      now = computed(process);
    }
  }

  private static long computed(NodeProcess process) {
    return process.usage().values().stream().mapToLong(usage -> usage.decodedTokens()).sum();
  }
}
