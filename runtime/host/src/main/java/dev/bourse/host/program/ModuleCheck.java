package dev.bourse.host.program;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CompType;
import java.util.ArrayList;
import java.util.List;

/** What a module may not use because the host could not bound it. */
final class ModuleCheck {
  private ModuleCheck() {}

  static List<String> problems(WasmModule module) {
    List<String> problems = new ArrayList<>();
    module
        .memorySection()
        .ifPresent(
            memories -> {
              if (memories.memoryCount() > 1) {
                problems.add(
                    "has %d memories, at most one is served".formatted(memories.memoryCount()));
              }
              for (int i = 0; i < memories.memoryCount(); i++) {
                if (memories.getMemory(i).limits().shared()) {
                  problems.add("has a shared memory; an inferlet has one thread");
                }
              }
            });
    if (usesCollectedTypes(module)) {
      problems.add(
          "uses garbage-collected types, whose objects would lie on the host's heap without a bound");
    }
    return problems;
  }

  private static boolean usesCollectedTypes(WasmModule module) {
    var types = module.typeSection();
    for (int i = 0; i < types.subTypeCount(); i++) {
      CompType type = types.getSubType(i).compType();
      if (type.structType() != null || type.arrayType() != null) {
        return true;
      }
    }
    return false;
  }
}
