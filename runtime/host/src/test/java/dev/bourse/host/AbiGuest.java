package dev.bourse.host;

import com.dylibso.chicory.runtime.Instance;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ImportModule.HostCall;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A guest that can call every import and does what a test says: for each import it exports a
 * function that passes its arguments on. Calls take the whole way, from WebAssembly through the
 * linked import and back, with whatever arguments and memory the test puts before it.
 */
final class AbiGuest {
  /** The module through which the guest asks what to do. */
  private static final String SCRIPT = "test:script";

  /** Interfaces of our own, and of WASI what the table leaves out, that take part as well. */
  private static final List<String> MORE =
      List.of(
          "bourse:context",
          "bourse:inference",
          "bourse:market",
          "bourse:runtime",
          "bourse:instruct",
          "bourse:entry",
          "wasi:clocks/monotonic-clock@0.2",
          "wasi:cli/environment@0.2",
          "wasi:cli/stdin@0.2",
          "wasi:cli/stdout@0.2",
          "wasi:cli/stderr@0.2",
          "wasi:cli/terminal-input@0.2",
          "wasi:cli/terminal-output@0.2",
          "wasi:cli/terminal-stdin@0.2",
          "wasi:cli/terminal-stdout@0.2",
          "wasi:cli/terminal-stderr@0.2",
          "wasi:http/types@0.2",
          "wasi:http/outgoing-handler@0.2",
          "wasi_snapshot_preview1");

  /** Where {@code cabi_realloc} finds how to behave, and where it counts its calls. */
  private static final int MODE = 0;

  private static final int CALLS = 4;

  /** How the guest's allocator behaves. */
  enum Allocator {
    HONEST(0),
    TRAPS(1),
    ANSWERS_OUTSIDE_MEMORY(2),
    NEVER_RETURNS(3),
    GROWS_MEMORY(4),
    CALLS_AN_IMPORT(5),
    ANSWERS_UNALIGNED(6),
    RECURSES(7);

    private final int code;

    Allocator(int code) {
      this.code = code;
    }
  }

  /** An import and what the host has for it. */
  record Import(String module, String name, HostCall call) {
    @Override
    public String toString() {
      return module + " " + name;
    }
  }

  /** What a guest does. */
  interface Script {
    void play(Player player) throws Exception;
  }

  private final Map<String, Import> imports = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final AtomicLong launched = new AtomicLong();

  AbiGuest() {
    Network network = new Network(NetworkSettings.DEFAULT);
    OutsideImports all = new OutsideImports(network, new McpServers(McpSettings.DEFAULT, network));
    Imports standard = new Imports(all::make, List.of());
    for (ImportTable.Row row : ImportTable.rows()) {
      standard
          .find(row.module(), row.name())
          .ifPresent(call -> add(new Import(row.module(), row.name(), call)));
    }
    for (String module : MORE) {
      all.make(module)
          .orElseThrow()
          .calls()
          .forEach((name, call) -> add(new Import(module, name, call)));
    }
  }

  private void add(Import wanted) {
    imports.put(wanted.toString(), wanted);
    numbers.put(wanted.toString(), numbers.size());
  }

  /** Every import that the guest can call. */
  List<Import> imports() {
    return List.copyOf(imports.values());
  }

  Import find(String label) {
    return Objects.requireNonNull(imports.get(label), label);
  }

  /** The module that a host needs in order to run the guest. */
  ImportModule scriptModule() {
    return new ImportModule(SCRIPT).function("play", WitTypes.UNIT, this::play);
  }

  private Unit play(Guest guest) {
    Script script = scripts.remove(guest.process().input());
    if (script == null) {
      throw new GuestTrap("there is nothing to play");
    }
    try {
      script.play(new Player(this, guest));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return Unit.UNIT;
  }

  WasmProgram load(InferletHost host, Execution execution) {
    return host.programs().load("abi guest", wasm(), execution);
  }

  /** Starts the guest with something to do. */
  InferletProcess launch(
      InferletHost host, WasmProgram program, Limits limits, Capabilities granted, Script script) {
    String key = "{\"script\":%d}".formatted(launched.incrementAndGet());
    scripts.put(key, script);
    return host.launch(LaunchRequest.of(program, key).withLimits(limits).withCapabilities(granted));
  }

  // The module

  byte[] wasm() {
    Wasm wasm = new Wasm();
    for (Import wanted : imports.values()) {
      HostCall call = wanted.call();
      wasm.imports(wanted.module(), wanted.name(), words(call.parameters()), words(call.results()));
    }
    int play = imports.size();
    wasm.imports(SCRIPT, "play", "", "")
        .memory(GuestValues.PAGES, 4L * GuestValues.PAGES)
        .bumpAllocator(allocator());
    for (Import wanted : imports.values()) {
      HostCall call = wanted.call();
      StringBuilder code = new StringBuilder();
      for (int i = 0; i < call.parameters().size(); i++) {
        code.append("local.get ").append(i).append(' ');
      }
      code.append("call ").append(number(wanted));
      wasm.function(
          export(wanted), words(call.parameters()), words(call.results()), code.toString());
    }
    return wasm.function("reset", "", "", "i32.const 1024  global.set 0")
        .function("_start", "", "", "call " + play)
        .build();
  }

  private int number(Import wanted) {
    return Objects.requireNonNull(numbers.get(wanted.toString()));
  }

  private String allocator() {
    int random = number(find("wasi:random/random@0.2 get-random-u64"));
    int self = imports.size() + 1;
    return "i32.const %d  i32.const %d  i32.load  i32.const 1  i32.add  i32.store"
            .formatted(CALLS, CALLS)
        + on(Allocator.TRAPS, "unreachable")
        + on(Allocator.ANSWERS_OUTSIDE_MEMORY, "i32.const -8 return")
        + on(Allocator.NEVER_RETURNS, "loop br 0 end")
        + on(Allocator.GROWS_MEMORY, "i32.const 1 memory.grow drop")
        + on(Allocator.CALLS_AN_IMPORT, "call %d drop".formatted(random))
        + on(Allocator.ANSWERS_UNALIGNED, "i32.const 1025 return")
        + on(
            Allocator.RECURSES,
            "local.get 0 local.get 1 local.get 2 local.get 3 call %d drop".formatted(self));
  }

  private static String on(Allocator mode, String code) {
    return "  i32.const %d  i32.load  i32.const %d  i32.eq if %s end"
        .formatted(MODE, mode.code, code);
  }

  static String words(List<CoreType> types) {
    return types.stream()
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  private static String export(Import wanted) {
    return "call " + wanted;
  }

  /** The guest while it plays its script; used on its own thread. */
  static final class Player {
    private final AbiGuest all;
    private final Guest guest;
    private final Instance instance;

    private Player(AbiGuest all, Guest guest) {
      this.all = all;
      this.guest = guest;
      this.instance = guest.instance();
    }

    Guest guest() {
      return guest;
    }

    AbiGuest all() {
      return all;
    }

    /** Calls an import with core values, as they are. */
    long[] call(Import wanted, long... arguments) {
      long[] results = instance.export(export(wanted)).apply(arguments);
      return results == null ? new long[0] : results;
    }

    void allocator(Allocator mode) {
      guest.memory().writeI32(MODE, mode.code);
    }

    int allocations() {
      return guest.memory().readInt(CALLS);
    }

    /** Forgets what the allocator has given. */
    void reset() {
      instance.export("reset").apply();
    }
  }
}
