package dev.bourse.host;

import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Response;
import dev.bourse.host.process.InferletProcess;
import java.util.concurrent.CompletableFuture;

/**
 * A request that a process answers.
 *
 * @param response what it answers, its body as it comes; or an {@link
 *     dev.bourse.host.http.HttpException} that says why there is no answer
 */
public record HttpCall(InferletProcess process, CompletableFuture<Response> response)
    implements HttpServer.Call {
  @Override
  public void cancel() {
    process.terminate("nobody waits for its answer any more");
  }
}
