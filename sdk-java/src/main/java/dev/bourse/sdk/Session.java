package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestRuntime;
import java.util.List;
import java.util.Optional;

/** One run of an inferlet: who started it, with what parameters, and the line to the client. */
public final class Session {
  private final GuestRuntime runtime;
  private final Parameters parameters;

  /** For the places that run inferlets; an inferlet is handed its session. */
  public Session(GuestRuntime runtime) {
    this.runtime = runtime;
    this.parameters = Parameters.parse(runtime.input());
  }

  /** The parameters, typed by the manifest. */
  public Parameters parameters() {
    return parameters;
  }

  /** The default model. */
  public Model model() {
    List<String> names = models();
    if (names.isEmpty()) {
      throw new IllegalStateException("the engine has no model loaded");
    }
    return model(names.get(0));
  }

  /** The model of that name, one of {@link #models()}. */
  public Model model(String name) {
    return new Model(name, runtime.model(name));
  }

  /** The names of the models that can be used; the first is the default. */
  public List<String> models() {
    return runtime.models();
  }

  /** Sends one text message to the client, at once. */
  public void send(String text) {
    runtime.send(text);
  }

  /** Waits for the next text message from the client. */
  public String receive() {
    return runtime.receive();
  }

  /** The next text message from the client, if one has come. */
  public Optional<String> poll() {
    return runtime.poll();
  }

  /**
   * Launches another inferlet, which runs beside this one and spends with it.
   *
   * @param program its name, with a version or a range of versions if that matters: {@code
   *     "summarize"}, {@code "summarize@^1.2"}
   * @param input the text of one JSON object
   * @throws InferletException if there is no such inferlet, or it cannot be run so
   */
  public Child launch(String program, String input) {
    return new Child(runtime.launch(program, input, null));
  }

  /**
   * As {@link #launch(String, String)}, with a budget of its own.
   *
   * @throws InferletException also if this inferlet does not have what the budget says
   */
  public Child launch(String program, String input, Budget budget) {
    return new Child(runtime.launch(program, input, budget));
  }

  /** Sends one file to the client, at once. */
  public void sendFile(byte[] file) {
    runtime.sendFile(file);
  }

  /** Waits for the next file from the client; a sandboxed inferlet takes up to 8 MiB. */
  public byte[] receiveFile() {
    return runtime.receiveFile();
  }

  /** Requests to other hosts. */
  public Http http() {
    return new Http(runtime.http());
  }

  /** Servers of the Model Context Protocol. */
  public Mcp mcp() {
    return new Mcp(runtime.mcp());
  }

  /** What the user's inferlets tell each other. */
  public Messages messages() {
    return new Messages(runtime.messages());
  }

  /**
   * Whether the engine is about to stop: an inferlet that goes on is cut off within moments (a
   * server's {@code --drain}). One that runs for long asks now and then, and saves what is to last.
   */
  public boolean isStopping() {
    return runtime.isStopping();
  }

  /** This run's unique id. */
  public String instanceId() {
    return runtime.instanceId();
  }

  /** The user on whose behalf this inferlet runs. */
  public String username() {
    return runtime.username();
  }

  /** The version of the runtime it runs in. */
  public String runtimeVersion() {
    return runtime.version();
  }
}
