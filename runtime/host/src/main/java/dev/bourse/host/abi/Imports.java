package dev.bourse.host.abi;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ValType;
import dev.bourse.host.abi.ImportModule.HostCall;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.ProcessStopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every function that guests may import, and the linking of a module against them. Both manglings
 * of the canonical ABI are understood: {@code pie:core/context} {@code [resource-drop]context}, and
 * {@code cm32p2|pie:core/context} {@code context_drop}. WASI's interfaces are matched by their
 * minor version, {@code wasi:io/poll@0.2}.
 */
public final class Imports {
  private static final String CM32P2 = "cm32p2|";
  private static final Pattern WASI = Pattern.compile("(wasi:.+@\\d+\\.\\d+)(\\.\\d+)?");

  private final Map<String, Optional<ImportModule>> modules = new ConcurrentHashMap<>();

  private final Function<String, Optional<ImportModule>> standard;

  /**
   * @param standard makes the module of a name, when a guest first asks for it
   * @param more modules beside those
   */
  public Imports(Function<String, Optional<ImportModule>> standard, List<ImportModule> more) {
    this.standard = standard;
    for (ImportModule module : more) {
      modules.put(module.name(), Optional.of(module));
    }
  }

  private Optional<ImportModule> module(String name) {
    Optional<ImportModule> known = modules.get(name);
    if (known == null) {
      known = standard.apply(name);
      if (known.isPresent()) { // guests invent names without end; those are not kept
        modules.put(name, known);
      }
    }
    return known;
  }

  /** What the host provides for one import, if it does. */
  public Optional<HostCall> find(String module, String name) {
    boolean flat = module.startsWith(CM32P2);
    String plain = flat ? module.substring(CM32P2.length()) : module;
    Matcher wasi = WASI.matcher(plain);
    if (wasi.matches()) {
      plain = wasi.group(1);
    }
    String function =
        flat && name.endsWith("_drop")
            ? "[resource-drop]" + name.substring(0, name.length() - "_drop".length())
            : name;
    return module(plain).map(found -> found.calls().get(function));
  }

  /** What keeps the module from being linked; empty if nothing does. */
  public List<String> problems(WasmModule module) {
    Set<String> missing = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    module.importSection().stream()
        .forEach(
            wanted -> {
              if (!(wanted instanceof FunctionImport function)) {
                problems.add(
                    "imports the %s %s; a guest brings its own"
                        .formatted(
                            wanted.importType().name().toLowerCase(Locale.ROOT), label(wanted)));
                return;
              }
              Optional<HostCall> call = find(wanted.module(), wanted.name());
              if (call.isEmpty()) {
                missing.add(label(wanted));
                return;
              }
              FunctionType type = module.typeSection().getType(function.typeIndex());
              if (!type.equals(type(call.get()))) {
                problems.add(
                    "imports %s as %s, the host provides it as %s"
                        .formatted(label(wanted), type, type(call.get())));
              }
            });
    if (!missing.isEmpty()) {
      problems.addFirst(
          "needs imports that this host does not provide: " + String.join(", ", missing));
    }
    return problems;
  }

  /** The functions that {@code module} asks for, bound to one instance of it. */
  public ImportFunction[] link(WasmModule module, Guest guest) {
    Map<String, ImportFunction> functions = new HashMap<>();
    module.importSection().stream()
        .forEach(
            wanted -> {
              HostCall call =
                  find(wanted.module(), wanted.name())
                      .orElseThrow(() -> new IllegalStateException("unchecked import " + wanted));
              functions.computeIfAbsent(label(wanted), label -> bind(wanted, call, guest));
            });
    return functions.values().toArray(ImportFunction[]::new);
  }

  private static ImportFunction bind(Import wanted, HostCall call, Guest guest) {
    String label = label(wanted);
    return new HostFunction(
        wanted.module(),
        wanted.name(),
        type(call),
        (instance, arguments) -> call(label, call, guest, instance, arguments));
  }

  private static long[] call(
      String label, HostCall call, Guest guest, Instance instance, long[] arguments) {
    guest.attach(instance);
    InferletProcess process = guest.process();
    process.enterHostCall();
    try {
      guest.beginCall();
      return call.body().apply(guest, arguments);
    } catch (InterruptedException e) {
      throw new ProcessStopped();
    } catch (GuestTrap trap) {
      throw trap.in(label);
    } catch (IndexOutOfBoundsException e) {
      // Elsewhere this is how Chicory reports some accesses outside memory; here it is our fault.
      throw new IllegalStateException(label + " failed inside the host", e);
    } finally {
      guest.endCall();
      process.leaveHostCall();
    }
  }

  public static FunctionType type(HostCall call) {
    return FunctionType.of(valTypes(call.parameters()), valTypes(call.results()));
  }

  private static List<ValType> valTypes(List<CoreType> types) {
    List<ValType> values = new ArrayList<>();
    for (CoreType type : types) {
      values.add(
          switch (type) {
            case I32 -> ValType.I32;
            case I64 -> ValType.I64;
            case F32 -> ValType.F32;
            case F64 -> ValType.F64;
          });
    }
    return values;
  }

  private static String label(Import wanted) {
    return wanted.module() + " " + wanted.name();
  }
}
