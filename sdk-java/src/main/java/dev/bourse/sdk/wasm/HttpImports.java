package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** Requests to other hosts. Names and types as in WASI 0.2. */
final class HttpImports {
  private HttpImports() {}

  private static final String TYPES = "wasi:http/types@0.2.0";
  private static final String STREAMS = "wasi:io/streams@0.2.0";

  @Import(module = TYPES, name = "[constructor]fields")
  static native int fields();

  @Import(module = TYPES, name = "[method]fields.append")
  static native void append(
      int fields, int name, int nameLength, int value, int valueLength, int result);

  @Import(module = TYPES, name = "[method]fields.entries")
  static native void entries(int fields, int result);

  @Import(module = TYPES, name = "[resource-drop]fields")
  static native void dropFields(int fields);

  @Import(module = TYPES, name = "[constructor]outgoing-request")
  static native int request(int fields);

  @Import(module = TYPES, name = "[method]outgoing-request.set-method")
  static native int setMethod(int request, int method, int name, int nameLength);

  @Import(module = TYPES, name = "[method]outgoing-request.set-scheme")
  static native int setScheme(int request, int some, int scheme, int name, int nameLength);

  @Import(module = TYPES, name = "[method]outgoing-request.set-authority")
  static native int setAuthority(int request, int some, int text, int length);

  @Import(module = TYPES, name = "[method]outgoing-request.set-path-with-query")
  static native int setPath(int request, int some, int text, int length);

  @Import(module = TYPES, name = "[method]outgoing-request.body")
  static native void body(int request, int result);

  @Import(module = TYPES, name = "[resource-drop]outgoing-request")
  static native void dropRequest(int request);

  @Import(module = TYPES, name = "[method]outgoing-body.write")
  static native void write(int body, int result);

  @Import(module = TYPES, name = "[static]outgoing-body.finish")
  static native void finish(int body, int some, int trailers, int result);

  @Import(module = TYPES, name = "[resource-drop]outgoing-body")
  static native void dropBody(int body);

  @Import(module = "wasi:http/outgoing-handler@0.2.0", name = "handle")
  static native void handle(int request, int some, int options, int result);

  @Import(module = TYPES, name = "[method]future-incoming-response.subscribe")
  static native int subscribe(int future);

  @Import(module = TYPES, name = "[method]future-incoming-response.get")
  static native void get(int future, int result);

  @Import(module = TYPES, name = "[resource-drop]future-incoming-response")
  static native void dropFuture(int future);

  @Import(module = TYPES, name = "[method]incoming-response.status")
  static native int status(int response);

  @Import(module = TYPES, name = "[method]incoming-response.headers")
  static native int headers(int response);

  @Import(module = TYPES, name = "[method]incoming-response.consume")
  static native void consume(int response, int result);

  @Import(module = TYPES, name = "[resource-drop]incoming-response")
  static native void dropResponse(int response);

  @Import(module = TYPES, name = "[method]incoming-body.stream")
  static native void stream(int body, int result);

  @Import(module = TYPES, name = "[resource-drop]incoming-body")
  static native void dropIncoming(int body);

  @Import(module = STREAMS, name = "[method]output-stream.blocking-write-and-flush")
  static native void blockingWrite(int stream, int bytes, int length, int result);

  @Import(module = STREAMS, name = "[resource-drop]output-stream")
  static native void dropOutput(int stream);

  @Import(module = STREAMS, name = "[method]input-stream.blocking-read")
  static native void blockingRead(int stream, long most, int result);

  @Import(module = STREAMS, name = "[resource-drop]input-stream")
  static native void dropInput(int stream);

  @Import(module = "wasi:io/error@0.2.0", name = "[method]error.to-debug-string")
  static native void describe(int error, int result);

  @Import(module = "wasi:io/error@0.2.0", name = "[resource-drop]error")
  static native void dropError(int error);
}
