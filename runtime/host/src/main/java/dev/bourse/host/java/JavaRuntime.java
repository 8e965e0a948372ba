package dev.bourse.host.java;

import dev.bourse.engine.EngineException;
import dev.bourse.host.abi.EngineCalls.Action;
import dev.bourse.host.abi.EngineCalls.Call;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.http.ProcessNetwork;
import dev.bourse.host.mcp.ProcessMcp;
import dev.bourse.host.pie.CoreImports;
import dev.bourse.host.process.Inference;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.ProcessStopped;
import dev.bourse.host.process.ServedModel;
import dev.bourse.sdk.Budget;
import dev.bourse.sdk.BudgetExhaustedException;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestChild;
import dev.bourse.sdk.spi.GuestHttp;
import dev.bourse.sdk.spi.GuestMcp;
import dev.bourse.sdk.spi.GuestMessages;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestRuntime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's view of a process that runs in the host's own JVM.
 *
 * @param network its way to other hosts
 * @param servers its sessions with MCP servers
 */
public record JavaRuntime(InferletProcess process, ProcessNetwork network, ProcessMcp servers)
    implements GuestRuntime {

  @Override
  public String input() {
    return process.input();
  }

  @Override
  public void send(String text) {
    process.checkRunning();
    process.writeText(text);
  }

  @Override
  public String receive() {
    process.checkRunning();
    try (var request = process.mailbox().take()) {
      return call(() -> request.await(process));
    }
  }

  @Override
  public Optional<String> poll() {
    process.checkRunning();
    try (var request = process.mailbox().take()) {
      return request.get();
    }
  }

  @Override
  public void sendFile(byte[] file) {
    process.checkRunning();
    process.writeFile(file.clone());
  }

  @Override
  public byte[] receiveFile() {
    process.checkRunning();
    try (var request = process.files().take()) {
      return call(() -> request.await(process));
    }
  }

  @Override
  public GuestHttp http() {
    return new JavaHttp(this, network);
  }

  @Override
  public GuestMcp mcp() {
    return new JavaMcp(this, servers);
  }

  @Override
  public GuestMessages messages() {
    return new JavaMessages(this);
  }

  @Override
  public String version() {
    return CoreImports.VERSION;
  }

  @Override
  public String instanceId() {
    return process.id();
  }

  @Override
  public String username() {
    return process.username();
  }

  @Override
  public boolean isStopping() {
    process.checkRunning();
    return process.isStopping();
  }

  @Override
  public List<String> models() {
    return process.inference().modelNames();
  }

  @Override
  public GuestChild launch(String program, String input, @Nullable Budget budget) {
    return call(() -> new JavaChild(this, process.launch(program, input, ofEngine(budget))));
  }

  private static dev.bourse.engine.@Nullable Budget ofEngine(@Nullable Budget budget) {
    return budget == null
        ? null
        : new dev.bourse.engine.Budget(budget.credits(), budget.endowment(), budget.tokens());
  }

  @Override
  public GuestModel model(String name) {
    ServedModel model =
        process
            .inference()
            .model(name)
            .orElseThrow(() -> new InferletException(Inference.noSuchModel(name, models())));
    return new JavaModel(this, model);
  }

  /** Runs an operation of the engine; its refusals become the SDK's exception. */
  public <T> T call(Call<T> call) {
    process.checkRunning();
    try {
      return call.run();
    } catch (dev.bourse.engine.BudgetExhaustedException e) {
      throw new BudgetExhaustedException(String.valueOf(e.getMessage()));
    } catch (EngineException | IllegalArgumentException e) {
      throw new InferletException(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessStopped();
    }
  }

  public void run(Action action) {
    var _ =
        call(
            () -> {
              action.run();
              return Unit.UNIT;
            });
  }

  public static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException refused) {
        throw refused;
      }
      throw new IllegalStateException("a future failed without the engine's word", e);
    }
  }
}
