package dev.bourse.server.web;

import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.host.process.TraceContext;
import dev.bourse.server.request.RequestObserver;
import dev.bourse.server.request.RequestObserver.End;
import dev.bourse.server.request.RequestScope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What every HTTP request passes first: it gets an id, which its answer tells, and somebody learns
 * how it ended. Whatever goes wrong behind it ends as an answer.
 */
public final class Front implements HttpServer.Handler {
  private static final Logger LOG = System.getLogger(Front.class.getName());

  /** The status of requests whose client went away before there was an answer. */
  private static final String GONE = "499";

  private final RequestObserver observer;
  private final HttpServer.Handler behind;

  public Front(RequestObserver observer, HttpServer.Handler behind) {
    this.observer = observer;
    this.behind = behind;
  }

  @Override
  public HttpServer.Call begin(ServedRequest request) {
    Fields fields = request.fields();
    Optional<TraceContext> trace =
        TraceContext.of(fields.values(TraceContext.PARENT), fields.values(TraceContext.STATE));
    RequestScope scope =
        RequestScope.begin(
            RequestScope.Wire.HTTP,
            fields.values(RequestScope.ID),
            trace,
            request.method(),
            Exchange.path(request));
    observer.begun(scope);
    return new Observed(scope, request, begin(scope, request));
  }

  private HttpServer.Call begin(RequestScope scope, ServedRequest request) {
    try {
      return scope.call(() -> behind.begin(request));
    } catch (Exception e) { // whatever it is, it ends this request and no other
      LOG.log(Level.ERROR, "a request could not be begun", e);
      return failed(e);
    }
  }

  private static HttpServer.Call failed(Throwable error) {
    return new HttpServer.Call() {
      @Override
      public CompletableFuture<Response> response() {
        return CompletableFuture.failedFuture(error);
      }

      @Override
      public void cancel() {}
    };
  }

  @Override
  public Response refusal(int status, String why) {
    RequestScope scope =
        RequestScope.begin(RequestScope.Wire.HTTP, List.of(), Optional.empty(), "", "");
    observer.begun(scope);
    Response refusal = signed(scope, Response.text(status, why + "\n"));
    observer.ended(scope, new End(Integer.toString(status), true, 0, refusal.body().written()));
    return refusal;
  }

  /** An answer with the id of its request, and the trace that it belongs to. */
  private static Response signed(RequestScope scope, Response response) {
    Fields fields = response.fields().copy();
    try {
      fields.set(RequestScope.ID, List.of(scope.id()));
      if (scope.trace().isPresent()) {
        TraceContext trace = scope.trace().get();
        fields.set(TraceContext.PARENT, List.of(trace.parent()));
        fields.set(
            TraceContext.STATE, trace.state().isEmpty() ? List.of() : List.of(trace.state()));
      }
    } catch (FieldException e) {
      throw new IllegalStateException("ids and traces are values of fields", e);
    }
    return new Response(response.status(), fields, response.body());
  }

  /** A request until its answer is over. */
  private final class Observed implements HttpServer.Call {
    private final RequestScope scope;
    private final ServedRequest request;
    private final HttpServer.Call call;
    private final CompletableFuture<Response> response;
    private final AtomicBoolean over = new AtomicBoolean();

    Observed(RequestScope scope, ServedRequest request, HttpServer.Call call) {
      this.scope = scope;
      this.request = request;
      this.call = call;
      this.response =
          call.response()
              .handle((found, error) -> error == null ? found : HttpServer.failure(error))
              .thenApply(this::watched);
    }

    private Response watched(Response found) {
      Response signed = signed(scope, found);
      var _ =
          signed
              .body()
              .trailers()
              .whenComplete(
                  (trailers, broken) ->
                      end(
                          Integer.toString(signed.status()),
                          broken == null,
                          signed.body().written()));
      return signed;
    }

    private void end(String status, boolean complete, long sent) {
      if (over.compareAndSet(false, true)) {
        observer.ended(scope, new End(status, complete, request.body().written(), sent));
      }
    }

    @Override
    public CompletableFuture<Response> response() {
      return response;
    }

    @Override
    public void cancel() {
      if (!response.isDone()) {
        end(GONE, false, 0);
      }
      // Nobody reads it, also if it comes in spite of that.
      var _ = response.thenAccept(found -> found.body().cancel());
      call.cancel();
    }
  }
}
