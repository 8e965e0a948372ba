package dev.bourse.server.apps;

import dev.bourse.host.http.BodyPipe;
import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.request.RequestScope;
import dev.bourse.server.web.HttpRefusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request that a program answers: begun on a virtual thread, which finds out who asks, starts the
 * process and waits for the head of its answer. The body goes past it.
 */
final class AppCall implements HttpServer.Call {
  private static final Logger LOG = System.getLogger(AppCall.class.getName());

  /**
   * Programs share the address of the server's own page. A browser treats what they send as pages
   * from nowhere, so that their scripts cannot ask this server for anything in its user's name.
   */
  private static final String SANDBOX =
      "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

  /** Fields that would speak for the whole server. */
  private static final Set<String> NOT_THEIRS =
      Set.of(
          "alt-svc",
          "clear-site-data",
          "nel",
          "public-key-pins",
          "report-to",
          "reporting-endpoints",
          "service-worker-allowed",
          "strict-transport-security");

  /** How long a process that gave no answer is waited for, to say why. */
  private static final Duration END_MAX = Duration.ofSeconds(1);

  private final Node node;
  private final Admission admission;
  private final Duration beginMax;
  private final AppRequest request;
  private final CompletableFuture<Response> response = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable NodeProcess process;
  private volatile boolean gone;

  AppCall(Node node, Admission admission, Duration beginMax, ServedRequest asked) {
    this.node = node;
    this.admission = admission;
    this.beginMax = beginMax;
    this.request = AppRequest.of(asked);
    this.thread = Thread.ofVirtual().name("app").start(RequestScope.bound(this::run));
  }

  @Override
  public CompletableFuture<Response> response() {
    return response;
  }

  @Override
  public void cancel() {
    gone = true;
    NodeProcess known = process;
    if (known != null) {
      known.terminate("nobody waits for its answer any more");
    }
    thread.interrupt();
  }

  private void run() {
    try {
      response.complete(admitted());
    } catch (ServiceException e) {
      response.complete(refusal(e));
    } catch (InterruptedException e) {
      response.cancel(false); // The client has gone: nobody reads it.
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "answering a request for a program failed", e);
      response.complete(text(500, "INTERNAL", "the server is at fault"));
    }
  }

  /** An answer, which counts as long as it is read. */
  private Response admitted() throws InterruptedException {
    Admission.Visit visit =
        admission.enter(
            Access.bearer(request.asked().fields().values("authorization").stream().findFirst()));
    Response answer;
    try {
      answer = answer(visit.caller());
    } catch (InterruptedException | RuntimeException | Error e) {
      visit.close();
      throw e;
    }
    var _ = answer.body().trailers().whenComplete((trailers, broken) -> visit.close());
    return answer;
  }

  private Response answer(Caller caller) throws InterruptedException {
    if (request.program().isEmpty()) {
      throw new ServiceException(
          Reason.NOT_FOUND, "say which program: %sNAME/".formatted(Apps.PATH));
    }
    if (request.rest().isEmpty()) {
      // What its pages link to lies beside it.
      return with(
          text(308, "", "This is at " + request.withSlash()), "location", request.withSlash());
    }
    Node.Answering answering = node.answer(caller, request.launch(), request.forProgram());
    process = answering.process();
    if (gone) {
      answering.process().terminate("nobody waits for its answer any more");
    }
    try {
      return fromProgram(
          answering.process(),
          answering.response().get(beginMax.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      answering.process().terminate("it did not begin its answer in time");
      return ofProcess(
          text(
              504,
              "DEADLINE_EXCEEDED",
              "the program did not begin its answer within %d s".formatted(beginMax.toSeconds())),
          answering.process());
    } catch (ExecutionException e) {
      return ofProcess(failure(answering.process()), answering.process());
    }
  }

  /** What went wrong inside is for who may see the process, not for who asked it. */
  private static Response failure(NodeProcess process) throws InterruptedException {
    return isStopped(process)
        ? text(503, "UNAVAILABLE", "the program was stopped before it answered")
        : text(502, "PROGRAM_FAILED", "the program failed and gave no answer");
  }

  /** Whether somebody ended it; a program that says itself that it failed may go on. */
  private static boolean isStopped(NodeProcess process) throws InterruptedException {
    try {
      Outcome outcome = process.ended().get(END_MAX.toMillis(), TimeUnit.MILLISECONDS).outcome();
      return outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.TERMINATED;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a process's end is never exceptional", e);
    }
  }

  static Response fromProgram(NodeProcess process, Response given) {
    Fields fields = new Fields();
    try {
      for (Map.Entry<String, String> field : given.fields().entries()) {
        if (NOT_THEIRS.stream().noneMatch(field.getKey()::equalsIgnoreCase)) {
          fields.append(field.getKey(), field.getValue());
        }
      }
      fields.append("content-security-policy", SANDBOX);
      return ofProcess(new Response(given.status(), fields, given.body()), process);
    } catch (FieldException | GuestTrap e) {
      given.body().cancel();
      process.terminate("the header of its answer is too large");
      return ofProcess(
          text(502, "PROGRAM_FAILED", "the header of the program's answer is too large"), process);
    }
  }

  private static Response ofProcess(Response answer, NodeProcess process) {
    return with(answer, "bourse-process", process.id());
  }

  private static Response refusal(ServiceException e) {
    int status = HttpRefusal.status(e.reason());
    Response answer = text(status, e.reason().name(), e.words());
    for (Map.Entry<String, String> field : HttpRefusal.fields(e).entrySet()) {
      answer = with(answer, field.getKey(), field.getValue());
    }
    return status == 401 ? with(answer, "www-authenticate", "Bearer") : answer;
  }

  /** An answer of the server's own; what the program says is never taken for one. */
  private static Response text(int status, String reason, String words) {
    byte[] bytes = (words + "\n").getBytes(StandardCharsets.UTF_8);
    BodyPipe body = new BodyPipe();
    body.write(bytes);
    body.end(new Fields());
    Response answer = new Response(status, new Fields(), body);
    answer = with(answer, "content-type", "text/plain; charset=utf-8");
    answer = with(answer, "x-content-type-options", "nosniff");
    answer = with(answer, "content-length", Integer.toString(bytes.length));
    return reason.isEmpty() ? answer : with(answer, "bourse-reason", reason);
  }

  private static Response with(Response answer, String name, String value) {
    Fields fields = answer.fields().copy();
    try {
      fields.set(name, List.of(value));
    } catch (FieldException e) {
      throw new IllegalArgumentException(e);
    }
    return new Response(answer.status(), fields, answer.body());
  }
}
