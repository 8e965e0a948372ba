package dev.bourse.bench;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.Event;
import dev.bourse.server.access.Caller;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.Launch;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What it costs to be served: chats that are streamed over HTTP and processes that are attached to
 * over gRPC, many at once; and what a token costs on each way, against the same inferlet launched
 * in this process. Every answer is compared with that of a lone request: one that differs, or an
 * error, fails the run. Clients and server share the process, and so the machine.
 */
public final class ServeBench {
  private static final int CLIENTS = 1_000;
  private static final int KV_TOKENS = 65_536;
  private static final int WARM_UPS = 20;
  private static final int ROUNDS = 30;
  private static final int CALLS_PER_CHANNEL = 100;
  private static final int TOKENS_MAX = 128;
  private static final String INFERLET = "openai-chat";
  private static final List<String> PROMPTS =
      List.of(
          "Tell me a story about an owl.",
          "What is the capital of France?",
          "Tell me a story about a fox.",
          "What is the capital of Japan?");

  /** A piece of an answer, as the inferlet says it, and as clients of OpenAI's hear it. */
  private static final Pattern PIECE =
      Pattern.compile("\"(?:text|content)\":\"((?:[^\"\\\\]|\\\\.)+)\"");

  private final ServedDemo served;
  private final HttpClient http;
  private final List<BourseClient> channels = new ArrayList<>();
  private final Report report;
  private final Map<String, String> expected = new HashMap<>();

  /** A way to an answer. */
  private interface Way {
    Answer ask(String prompt) throws Exception;
  }

  /** What came, and when: first that it was asked for, then each piece, a token. */
  private static final class Answer {
    private final StringBuilder text = new StringBuilder();
    private final List<Long> nanos = new ArrayList<>(List.of(System.nanoTime()));

    void hear(String said) {
      Matcher piece = PIECE.matcher(said);
      if (piece.find()) {
        nanos.add(System.nanoTime());
        text.append(piece.group(1));
      }
    }

    long first() {
      return nanos.get(1) - nanos.getFirst();
    }

    long whole() {
      return nanos.getLast() - nanos.getFirst();
    }

    /** Nanoseconds from one token to the next. */
    long perToken() {
      return (nanos.getLast() - nanos.get(1)) / Math.max(1, nanos.size() - 2);
    }
  }

  private ServeBench(ServedDemo served, HttpClient http, Report report) {
    this.served = served;
    this.http = http;
    this.report = report;
  }

  /**
   * Measures.
   *
   * @param args how many clients there are at once; 1,000 if nothing is said
   */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    run(args.length > 0 ? Integer.parseInt(args[0]) : CLIENTS, ROUNDS, System.out);
  }

  /** Measures with so many clients, and each way alone so many times. */
  static void run(int clients, int rounds, PrintStream out) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create();
        ServedDemo served = new ServedDemo(folder.path(), KV_TOKENS, 2 * clients + 10);
        HttpClient http = HttpClient.newHttpClient()) {
      new ServeBench(served, http, new Report(out)).measure(clients, rounds);
    }
  }

  private void measure(int clients, int rounds) throws Exception {
    try {
      for (int at = 0; at < clients; at += CALLS_PER_CHANNEL) {
        channels.add(BourseClient.connect(served.grpc()));
      }
      for (String prompt : PROMPTS) {
        expected.put(prompt, inProcess(prompt).text.toString());
      }
      alone(rounds);
      report.title("%,d at once, milliseconds".formatted(clients));
      report.header(
          "",
          "tokens/s",
          "first token p50 / p90 / p99 / max",
          "per token p50 / p90 / p99 / max",
          "whole p50 / p90 / p99 / max",
          "RSS, heap at most, MB",
          "OS threads",
          "errors");
      together("chats streamed over HTTP", clients, this::overHttp);
      together("processes attached over gRPC", clients, this::overGrpc);
      served.engine().check();
    } finally {
      channels.forEach(BourseClient::close);
    }
  }

  // One after the other.

  private void alone(int rounds) throws Exception {
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("launched in this process", this::inProcess);
    ways.put("gRPC", this::overGrpc);
    ways.put("HTTP", this::overHttp);
    Map<String, List<Answer>> answers = new HashMap<>();
    for (int round = -WARM_UPS; round < rounds; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        Answer answer = checked(way.getValue(), PROMPTS.getFirst());
        if (round >= 0) { // The others warm up.
          answers.computeIfAbsent(way.getKey(), key -> new ArrayList<>()).add(answer);
        }
      }
    }
    report.title("One at a time, in turns, median of %d, microseconds".formatted(rounds));
    report.header("way", "first token", "per token", "whole", "more per token");
    double base = 0;
    for (String way : ways.keySet()) {
      List<Answer> all = Objects.requireNonNull(answers.get(way));
      double perToken = times(all, Answer::perToken).medianMicros();
      base = base == 0 ? perToken : base;
      report.row(
          "%s | %,.0f | %,.1f | %,.0f | %+.1f",
          way,
          times(all, Answer::first).medianMicros(),
          perToken,
          times(all, Answer::whole).medianMicros(),
          perToken - base);
    }
  }

  private static Times times(List<Answer> answers, ToLongFunction<Answer> of) {
    Times times = new Times();
    answers.forEach(answer -> times.add(of.applyAsLong(answer)));
    return times;
  }

  // All at once.

  private void together(String name, int clients, Way way) throws Exception {
    List<Answer> answers = new ArrayList<>();
    long begin = System.nanoTime();
    long end;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        MemoryWatch memory = new MemoryWatch()) {
      List<Future<Answer>> asked = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        String prompt = PROMPTS.get(client % PROMPTS.size());
        asked.add(threads.submit(() -> checked(way, prompt)));
      }
      for (Future<Answer> answer : asked) {
        answers.add(answer.get());
      }
      end = System.nanoTime();
      long tokens = answers.stream().mapToLong(answer -> answer.nanos.size() - 1).sum();
      report.row(
          "%s | %,.0f | %s | %s | %s | %,d, %,d | %d | 0",
          name,
          tokens / ((end - begin) / 1e9),
          percentiles(answers, Answer::first),
          percentiles(answers, Answer::perToken),
          percentiles(answers, Answer::whole),
          memory.residentMax() >> 20,
          memory.heapMax() >> 20,
          memory.threadsMax());
    }
  }

  private static String percentiles(List<Answer> answers, ToLongFunction<Answer> of) {
    Times times = times(answers, of);
    return "%,.1f / %,.1f / %,.1f / %,.1f"
        .formatted(
            times.percentileMicros(50) / 1e3,
            times.percentileMicros(90) / 1e3,
            times.percentileMicros(99) / 1e3,
            times.percentileMicros(100) / 1e3);
  }

  // Ways.

  private Answer checked(Way way, String prompt) throws Exception {
    Answer answer = way.ask(prompt);
    if (!answer.text.toString().equals(expected.get(prompt))) {
      throw new IllegalStateException(
          "to \"%s\" the answer is \"%s\", and alone it was \"%s\""
              .formatted(prompt, answer.text, expected.get(prompt)));
    }
    return answer;
  }

  private static String messages(String prompt) {
    return "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"temperature\":0,\"max_tokens\":%d"
        .formatted(prompt, TOKENS_MAX);
  }

  private String input(String prompt) {
    return "{\"model\":\"%s\",\"context_length\":%d,%s}"
        .formatted(served.modelName(), served.engine().contextLength(), messages(prompt));
  }

  private Answer inProcess(String prompt) throws InterruptedException {
    Answer answer = new Answer();
    var process = served.node().launch(Caller.LOCAL, Launch.of(INFERLET, input(prompt)));
    try (EventLog.Reader events = process.log().read(0)) {
      while (events.next() instanceof EventLog.Next.Said(long offset, var event)) {
        if (event instanceof dev.bourse.server.node.Event.Message(String text)) {
          answer.hear(text);
        }
      }
    }
    return answer;
  }

  private Answer overGrpc(String prompt) {
    BourseClient channel =
        channels.get(Math.floorMod(Thread.currentThread().threadId(), channels.size()));
    Answer answer = new Answer();
    try (Attachment run =
        channel.run(dev.bourse.client.Launch.of(INFERLET).withJson(input(prompt)))) {
      for (Event event : run) {
        answer.hear(event.text());
      }
      var _ = run.result(); // Throws if it failed.
    }
    return answer;
  }

  private Answer overHttp(String prompt) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(served.http("/v1/chat/completions"))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"%s\",\"stream\":true,%s}"
                        .formatted(served.modelName(), messages(prompt))))
            .build();
    Answer answer = new Answer();
    HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
    String last = "";
    try (Stream<String> lines = response.body()) {
      for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
        String said = line.next();
        answer.hear(said);
        last = said.isEmpty() ? last : said;
      }
    }
    if (response.statusCode() != 200 || !last.equals("data: [DONE]")) {
      throw new IllegalStateException("%d, %s".formatted(response.statusCode(), last));
    }
    return answer;
  }
}
