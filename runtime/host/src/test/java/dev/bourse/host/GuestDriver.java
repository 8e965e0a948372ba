package dev.bourse.host;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ImportModule.HostCall;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.http.Network;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.program.Execution;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A guest whose imports are called from Java, with core values and guest memory as a module would
 * use them: long sequences of calls are easier to read so than in WebAssembly.
 */
final class GuestDriver implements AutoCloseable {
  /** What the guest does; runs on its process's thread. */
  interface Script {
    void run(Calls calls) throws Exception;
  }

  private final InferletHost host;
  private final Imports imports;
  private volatile Script script = calls -> {};

  GuestDriver(Network network) {
    this(network, McpSettings.DEFAULT);
  }

  GuestDriver(Network network, McpSettings mcp) {
    ImportModule drive =
        new ImportModule("test:drive").function("run", WitTypes.UNIT, guest -> drive(guest));
    this.imports =
        new Imports(new OutsideImports(network, new McpServers(mcp, network))::make, List.of());
    this.host = new InferletHost(List.of(), Optional.empty(), List.of(drive), network, mcp);
  }

  private Unit drive(Guest guest) throws InterruptedException {
    try {
      script.run(new Calls(guest, imports));
    } catch (RuntimeException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return Unit.UNIT;
  }

  InferletHost host() {
    return host;
  }

  InferletProcess launch(Capabilities capabilities, Script what) {
    script = what;
    byte[] wasm =
        new Wasm()
            .imports("test:drive", "run", "", "")
            .memory(16, 256)
            .bumpAllocator()
            .function("t:p/run#run", "i32 i32", "i32", "call 0 i32.const 0")
            .build();
    return host.launch(
        LaunchRequest.of(host.programs().load("drive.wasm", wasm, Execution.INTERPRETED), "{}")
            .withCapabilities(capabilities)
            .withLimits(Limits.DEFAULT));
  }

  Outcome run(Capabilities capabilities, Script what) throws Exception {
    return launch(capabilities, what).outcome().get(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    host.close();
  }

  /** The imports as one guest calls them. */
  record Calls(Guest guest, Imports imports) {

    /** Calls an import with core values; what it returns, or 0 if nothing. */
    long call(String module, String function, long... arguments) throws InterruptedException {
      HostCall call =
          imports
              .find(module, function)
              .orElseThrow(() -> new AssertionError(module + " " + function));
      if (call.parameters().size() != arguments.length) {
        throw new AssertionError("%s %s takes %s".formatted(module, function, call.parameters()));
      }
      guest.beginCall();
      long[] results = call.body().apply(guest, arguments);
      return results.length == 0 ? 0 : results[0];
    }

    /** Fresh guest memory of zeros. */
    int room(int bytes) {
      int address = guest.allocate(8, bytes, 1);
      guest.memory().write(address, new byte[bytes]);
      return address;
    }

    WitTypes.Span text(String text) {
      return guest.allocateUtf8(text);
    }

    int u8(int address) {
      return guest.loadByte(address) & 0xff;
    }

    int i32(int address) {
      return guest.loadInt(address);
    }

    /** The string or list of bytes whose (pointer, count) is at {@code address}. */
    String string(int address) {
      return guest.loadUtf8(i32(address), i32(address + 4));
    }
  }
}
