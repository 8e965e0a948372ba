package dev.bourse.host.abi;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a module exports, and with which signature. */
public final class Exports {
  private Exports() {}

  public static final FunctionType REALLOC = type(4, 1);
  public static final FunctionType NO_ARGUMENTS = type(0, 0);

  /** A function type of {@code i32}s only. */
  public static FunctionType type(int parameters, int results) {
    return FunctionType.of(i32s(parameters), i32s(results));
  }

  private static List<ValType> i32s(int count) {
    List<ValType> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      types.add(ValType.I32);
    }
    return types;
  }

  public static boolean hasFunction(WasmModule module, String name, FunctionType type) {
    return function(module, name).filter(type::equals).isPresent();
  }

  /** The names of all exported functions, in the module's order. */
  public static List<String> functions(WasmModule module) {
    List<String> names = new ArrayList<>();
    var exports = module.exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      if (exports.getExport(i).exportType() == ExternalType.FUNCTION) {
        names.add(exports.getExport(i).name());
      }
    }
    return names;
  }

  /** The type of the exported function {@code name}. */
  public static Optional<FunctionType> function(WasmModule module, String name) {
    var exports = module.exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      var export = exports.getExport(i);
      if (export.exportType() == ExternalType.FUNCTION && export.name().equals(name)) {
        return functionType(module, export.index());
      }
    }
    return Optional.empty();
  }

  /** The type of the function at {@code index}, imports first; empty if there are not as many. */
  private static Optional<FunctionType> functionType(WasmModule module, int index) {
    int imported = 0;
    var imports = module.importSection();
    for (int i = 0; i < imports.importCount(); i++) {
      if (imports.getImport(i) instanceof FunctionImport function) {
        if (imported == index) {
          return Optional.of(module.typeSection().getType(function.typeIndex()));
        }
        imported++;
      }
    }
    int own = index - imported;
    return own >= 0 && own < module.functionSection().functionCount()
        ? Optional.of(module.functionSection().getFunctionType(own, module.typeSection()))
        : Optional.empty();
  }
}
