package dev.bourse.server.dashboard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a window, that is told what to do by the DevTools protocol. It has a profile
 * of its own, and is gone when it is closed.
 */
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final String LISTENING = "DevTools listening on ";
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final Path profile;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable String known;

  private Chromium(Process process, Path profile) {
    this.process = process;
    this.profile = profile;
  }

  /** Starts one; empty if there is none here. */
  static Optional<Chromium> start(Path folder) throws IOException {
    Path profile = Files.createTempDirectory(folder, "chromium");
    return NAMES.stream().flatMap(name -> start(name, profile).stream()).findFirst();
  }

  private static Optional<Chromium> start(String name, Path profile) {
    try {
      Process process =
          new ProcessBuilder(
                  name,
                  "--headless=new",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--disable-dev-shm-usage",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--no-first-run",
                  "--no-default-browser-check",
                  "--hide-scrollbars",
                  "--user-data-dir=" + profile,
                  "--remote-debugging-port=0",
                  "about:blank")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return Optional.of(new Chromium(process, profile));
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** Opens a page of its own, with a storage of its own. */
  Page open() throws Exception {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    String address = known;
    while (address == null) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("chromium ended before it listened");
      }
      if (line.startsWith(LISTENING)) {
        address = line.substring(LISTENING.length());
        known = address;
        Thread.ofVirtual().start(() -> lines.lines().forEach(rest -> {}));
      }
    }
    return new Page(client, URI.create(address));
  }

  /** What went wrong in a page, in its own words. */
  record Problem(String kind, String text) {}

  /** A page, through a connection of its own. */
  static final class Page implements AutoCloseable, WebSocket.Listener {
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private final String context;
    private final String session;

    Page(HttpClient client, URI browser) throws Exception {
      socket = client.newWebSocketBuilder().buildAsync(browser, this).get(30, TimeUnit.SECONDS);
      context =
          send("", "Target.createBrowserContext", Map.of()).path("browserContextId").asString();
      String target =
          send("", "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
              .path("targetId")
              .asString();
      session =
          send("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
              .path("sessionId")
              .asString();
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        send(session, domain + ".enable", Map.of());
      }
    }

    private JsonNode send(String to, String method, Map<String, ?> parameters)
        throws InterruptedException {
      int id = ids.incrementAndGet();
      CompletableFuture<JsonNode> answer = new CompletableFuture<>();
      waiting.put(id, answer);
      Map<String, Object> message = new HashMap<>();
      message.put("id", id);
      message.put("method", method);
      message.put("params", parameters);
      if (!to.isEmpty()) {
        message.put("sessionId", to);
      }
      socket.sendText(JSON.writeValueAsString(message), true).join();
      try {
        return answer.get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError(method + ": " + e.getCause(), e);
      } catch (TimeoutException e) {
        throw new AssertionError(method + " was not answered", e);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        JsonNode message = JSON.readTree(part.toString());
        part.setLength(0);
        heard(message);
      }
      from.request(1);
      return null;
    }

    private void heard(JsonNode message) {
      if (message.has("id")) {
        CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt());
        if (answer != null && message.has("error")) {
          answer.completeExceptionally(new IOException(message.path("error").toString()));
        } else if (answer != null) {
          answer.complete(message.path("result"));
        }
        return;
      }
      JsonNode said = message.path("params");
      switch (message.path("method").asString("")) {
        case "Runtime.exceptionThrown" ->
            problems.add(new Problem("exception", said.path("exceptionDetails").toString()));
        case "Runtime.consoleAPICalled" -> {
          if (List.of("error", "warning", "assert").contains(said.path("type").asString(""))) {
            problems.add(new Problem("console", said.path("args").toString()));
          }
        }
        case "Log.entryAdded" ->
            problems.add(
                new Problem(
                    said.path("entry").path("source").asString(""),
                    said.path("entry").path("text").asString("")
                        + " "
                        + said.path("entry").path("url").asString("")));
        default -> {}
      }
    }

    /** What went wrong so far, such as exceptions, violations of a policy, failed requests. */
    List<Problem> problems() {
      return List.copyOf(problems);
    }

    void forgetProblems() {
      problems.clear();
    }

    /** How large the window is, and what its user prefers. */
    void look(int width, int height, boolean phone, boolean dark) throws InterruptedException {
      send(
          session,
          "Emulation.setDeviceMetricsOverride",
          Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
      send(
          session,
          "Emulation.setEmulatedMedia",
          Map.of(
              "features",
              List.of(
                  Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                  Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void go(String url) throws InterruptedException {
      send(session, "Page.navigate", Map.of("url", url));
      until("document.readyState === 'complete'");
    }

    /** The value of an expression, which may be a promise. */
    JsonNode eval(String expression) throws InterruptedException {
      JsonNode result =
          send(
              session,
              "Runtime.evaluate",
              Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
      if (result.has("exceptionDetails")) {
        throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
      }
      return result.path("result").path("value");
    }

    String text(String selector) throws InterruptedException {
      return eval("document.querySelector('%s')?.textContent ?? ''".formatted(selector)).asString();
    }

    /** Waits until an expression is true. */
    void until(String expression) throws InterruptedException {
      long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
      while (!eval("Boolean(%s)".formatted(expression)).asBoolean()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              "never: "
                  + expression
                  + "; problems "
                  + problems
                  + "; page "
                  + eval("document.body.innerText"));
        }
        Thread.sleep(50);
      }
    }

    /** Presses and releases the mouse in the middle of an element. */
    void click(String selector) throws InterruptedException {
      until("document.querySelector('%s')".formatted(selector));
      JsonNode at =
          eval(
              """
              (() => { const e = document.querySelector('%s'); e.scrollIntoView({block: 'center'});
              const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"""
                  .formatted(selector));
      for (String type : List.of("mousePressed", "mouseReleased")) {
        send(
            session,
            "Input.dispatchMouseEvent",
            Map.of(
                "type",
                type,
                "x",
                at.path(0).asDouble(),
                "y",
                at.path(1).asDouble(),
                "button",
                "left",
                "clickCount",
                1));
      }
    }

    /** Types into what has the focus. */
    void type(String text) throws InterruptedException {
      send(session, "Input.insertText", Map.of("text", text));
    }

    void key(String key, int code) throws InterruptedException {
      for (String type : List.of("keyDown", "keyUp")) {
        send(
            session,
            "Input.dispatchKeyEvent",
            Map.of(
                "type",
                type,
                "key",
                key,
                "code",
                key,
                "windowsVirtualKeyCode",
                code,
                "text",
                type.equals("keyDown") && key.equals("Enter") ? "\r" : ""));
      }
    }

    /** A picture of the window, or of the whole page. */
    void shoot(Path file, boolean whole) throws Exception {
      JsonNode shot =
          send(
              session,
              "Page.captureScreenshot",
              Map.of("format", "png", "captureBeyondViewport", whole));
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, Base64.getDecoder().decode(shot.path("data").asString()));
    }

    @Override
    public void close() throws InterruptedException {
      send("", "Target.disposeBrowserContext", Map.of("browserContextId", context));
      socket.abort();
    }
  }

  @Override
  public void close() throws Exception {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    client.close();
    delete(profile);
  }

  /** It may still write what it has just been told to forget. */
  private static void delete(Path folder) throws IOException, InterruptedException {
    for (int attempt = 0; Files.exists(folder) && attempt < 50; attempt++) {
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (UncheckedIOException changed) {
        Thread.sleep(20);
      }
    }
  }
}
