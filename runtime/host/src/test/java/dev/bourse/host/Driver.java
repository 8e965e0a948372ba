package dev.bourse.host;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * A guest whose calls a test makes: the module does nothing but call the test back, which then
 * calls imports with core values as the guest's own code would, on the guest's thread, with the
 * guest's memory, allocator and handles.
 */
final class Driver {
  /** What a test does as the guest. */
  interface Script {
    void run(Driver guest) throws Exception;
  }

  private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Imports IMPORTS = new Imports(StandardImports::make, List.of());

  private final Guest guest;

  private Driver(Guest guest) {
    this.guest = guest;
  }

  static InferletHost host() {
    return new InferletHost(List.of(), Optional.empty(), List.of(module()));
  }

  static ImportModule module() {
    return new ImportModule("test:driver")
        .raw(
            "drive",
            List.of(),
            List.of(),
            (guest, arguments) -> {
              try {
                Objects.requireNonNull(SCRIPTS.get(guest.process().input())).run(new Driver(guest));
              } catch (RuntimeException | InterruptedException e) {
                throw e;
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return new long[0];
            });
  }

  /** Starts a guest that does what {@code script} says, and then ends well. */
  static InferletProcess launch(
      InferletHost host, UnaryOperator<LaunchRequest> request, Script script)
      throws ProgramException {
    String key = Long.toString(COUNT.incrementAndGet());
    SCRIPTS.put(key, script);
    Wasm wasm =
        new Wasm()
            .imports("test:driver", "drive", "", "")
            // Whoever can open files is given a directory.
            .imports(
                "wasi_snapshot_preview1", "path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32", "i32")
            .memory(128, 512)
            .bumpAllocator()
            .function("t:p/run#run", "i32 i32", "i32", "call 0  i32.const 0");
    var program = host.programs().load("driver", wasm.build(), Execution.COMPILED);
    InferletProcess process = host.launch(request.apply(LaunchRequest.of(program, key)));
    var _ = process.outcome().thenAccept(end -> SCRIPTS.remove(key));
    return process;
  }

  static Outcome run(InferletHost host, UnaryOperator<LaunchRequest> request, Script script)
      throws Exception {
    return launch(host, request, script).outcome().get(60, TimeUnit.SECONDS);
  }

  /** As {@link #run}, as a launch that says nothing particular. */
  static Outcome run(InferletHost host, Script script) throws Exception {
    return run(host, request -> request, script);
  }

  /** Calls an import; returns its result if it has one. */
  long call(String module, String function, long... arguments) throws InterruptedException {
    guest.process().checkRunning();
    guest.beginCall();
    long[] results =
        IMPORTS
            .find(module, function)
            .orElseThrow(() -> new AssertionError(module + " " + function))
            .body()
            .apply(guest, arguments);
    return results.length == 0 ? 0 : results[0];
  }

  /** Room in the guest's memory. */
  int area(int bytes) {
    return guest.allocate(8, bytes, 1);
  }

  int put(String text) {
    return put(text.getBytes(StandardCharsets.UTF_8));
  }

  int put(byte[] bytes) {
    return guest.allocateBytes(bytes, 1).address();
  }

  static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  void storeInt(int address, int value) {
    guest.storeInt(address, value);
  }

  int u8(int address) {
    return guest.loadByte(address) & 0xff;
  }

  int i32(int address) {
    return guest.loadInt(address);
  }

  long i64(int address) {
    return guest.loadLong(address);
  }

  byte[] bytes(int address, int count) {
    return guest.loadBytes(address, count);
  }

  /** The list of bytes whose (pointer, length) is at {@code address}. */
  byte[] bytesAt(int address) {
    return i32(address + 4) == 0 ? new byte[0] : bytes(i32(address), i32(address + 4));
  }

  String stringAt(int address) {
    return new String(bytesAt(address), StandardCharsets.UTF_8);
  }

  int openHandles() {
    return guest.openHandles();
  }

  InferletProcess process() {
    return guest.process();
  }
}
