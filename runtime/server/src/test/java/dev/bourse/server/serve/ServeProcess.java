package dev.bourse.server.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bourse.client.BourseClient;
import dev.bourse.server.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code bourse serve} as a program of its own, on free ports, with folders of its own. */
final class ServeProcess implements AutoCloseable {
  private static final Pattern GRPC = Pattern.compile("bourse: gRPC at (\\S+)");
  private static final Pattern HTTP = Pattern.compile("bourse: HTTP at (\\S+)/v1/");
  private static final int START_SECONDS = 120;

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private ServeProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** Where a server of this folder keeps its data. */
  static Path data(Path folder) {
    return folder.resolve("data");
  }

  /** Starts a server and waits until it serves, or has ended. */
  static ServeProcess start(Path folder, String... options) throws Exception {
    return start(List.of(), folder, options);
  }

  /**
   * The same by way of another program.
   *
   * @param prefix its command, which runs the one that follows
   */
  static ServeProcess start(List<String> prefix, Path folder, String... options) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve",
            "--threads=1",
            "--grpc=127.0.0.1:0",
            "--http=127.0.0.1:0",
            "--data=" + data(folder),
            "--snapshots=" + folder.resolve("snapshots")));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", folder.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    ServeProcess server = new ServeProcess(builder.start());
    server.await("bourse: HTTP at ");
    return server;
  }

  private void read() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** Waits until it has said this, or ended. */
  void await(String said) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && lines.stream().noneMatch(line -> line.contains(said))) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no \"" + said + "\" in\n" + said());
      }
      Thread.sleep(10);
    }
  }

  /** All it has said. */
  String said() {
    return String.join("\n", lines);
  }

  private String found(Pattern pattern) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(said()));
  }

  /** {@code HOST:PORT} of the control plane. */
  String grpc() {
    String address = found(GRPC);
    return address.endsWith(",") ? address.substring(0, address.length() - 1) : address;
  }

  URI http(String path) {
    return URI.create(found(HTTP) + path);
  }

  BourseClient client(String key) {
    BourseClient.Builder builder = BourseClient.builder(grpc());
    return key.isEmpty() ? builder.build() : builder.key(key).build();
  }

  long pid() {
    return process.pid();
  }

  /** Sends it a signal, such as TERM. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Waits until it has ended. */
  int exitCode() throws Exception {
    if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end:\n" + said());
    }
    reader.join();
    return process.exitValue();
  }

  /** SIGKILL, and the end of it. */
  void kill() throws Exception {
    process.destroyForcibly();
    exitCode();
  }

  /** Files and sockets that it has open; where there is no /proc, none. */
  List<String> openFiles() throws IOException {
    List<String> open = new ArrayList<>();
    Path folder = Path.of("/proc", Long.toString(pid()), "fd");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(file -> target(file).ifPresent(open::add));
      }
    }
    return open;
  }

  private static Optional<String> target(Path file) {
    try {
      return Optional.of(Files.readSymbolicLink(file).toString());
    } catch (IOException closedMeanwhile) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
