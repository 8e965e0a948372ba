package dev.bourse.host.java;

import dev.bourse.host.http.Destination;
import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.ProcessNetwork;
import dev.bourse.host.http.RequestHead;
import dev.bourse.host.http.Response;
import dev.bourse.sdk.HttpField;
import dev.bourse.sdk.HttpRequest;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestHttp;
import dev.bourse.sdk.spi.GuestResponse;
import java.util.List;

/** The SDK's view of other hosts, in the host's own JVM. */
record JavaHttp(JavaRuntime runtime, ProcessNetwork network) implements GuestHttp {

  private interface Call<T> {
    T run() throws HttpException, InterruptedException;
  }

  private static <T> T call(JavaRuntime runtime, Call<T> call) {
    return runtime.call(
        () -> {
          try {
            return call.run();
          } catch (HttpException e) {
            throw new InferletException(e.error().toString());
          }
        });
  }

  @Override
  public GuestResponse send(HttpRequest request) {
    return call(
        runtime,
        () -> {
          RequestHead head =
              RequestHead.of(
                  request.method(),
                  Destination.parse(request.tls(), request.authority()),
                  request.path(),
                  fields(request));
          return new JavaResponse(runtime, network, network.send(head, request.body()));
        });
  }

  private static Fields fields(HttpRequest request) {
    Fields fields = new Fields();
    for (HttpField field : request.fields()) {
      try {
        fields.append(field.name(), field.value());
      } catch (FieldException e) {
        throw new InferletException(
            "the header field " + field.name() + " may not be set so: " + e.getMessage());
      }
    }
    return fields;
  }

  private record JavaResponse(JavaRuntime runtime, ProcessNetwork network, Response response)
      implements GuestResponse {

    @Override
    public int status() {
      return response.status();
    }

    @Override
    public List<HttpField> fields() {
      return response.fields().entries().stream()
          .map(entry -> new HttpField(entry.getKey(), entry.getValue()))
          .toList();
    }

    @Override
    public byte[] read() {
      return call(runtime, () -> network.read(response.body()));
    }

    @Override
    public void close() {
      response.body().cancel();
    }
  }
}
