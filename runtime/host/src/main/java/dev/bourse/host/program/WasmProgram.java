package dev.bourse.host.program;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import dev.bourse.host.abi.Exports;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.process.Checkpoint;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.Limits;
import java.util.Optional;
import java.util.function.Function;

/**
 * A guest program, validated and ready to be instantiated any number of times. Immutable, and
 * shared by all processes that run it.
 */
public final class WasmProgram implements Program {
  private final String name;
  private final String sha256;
  private final WasmModule module;
  private final Entry entry;
  private final Execution execution;
  private final Optional<Function<Instance, Machine>> compiled;

  public WasmProgram(
      String name,
      String sha256,
      WasmModule module,
      Entry entry,
      Optional<Function<Instance, Machine>> compiled) {
    this.name = name;
    this.sha256 = sha256;
    this.module = module;
    this.entry = entry;
    this.execution = compiled.isPresent() ? Execution.COMPILED : Execution.INTERPRETED;
    this.compiled = compiled;
  }

  /** What it was loaded as: an inferlet's name, or a file. */
  @Override
  public String name() {
    return name;
  }

  /** The hash of its binary, in hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** How it runs. */
  public Execution execution() {
    return execution;
  }

  public WasmProgram renamed(String newName) {
    return new WasmProgram(newName, sha256, module, entry, compiled);
  }

  public WasmModule module() {
    return module;
  }

  public Entry entry() {
    return entry;
  }

  /**
   * Checks what the module declares against {@code limits}, before anything is allocated for it.
   *
   * @throws LimitExceededException when it declares more
   */
  public void checkDeclared(Limits limits) {
    limits.check(Limit.MEMORY_PAGES, declaredPages());
    long elements = 0;
    var tables = module.tableSection();
    for (int i = 0; i < tables.tableCount(); i++) {
      elements += tables.getTable(i).limits().min();
    }
    limits.check(Limit.TABLE_ELEMENTS, elements);
  }

  private long declaredPages() {
    return module
        .memorySection()
        .filter(memories -> memories.memoryCount() > 0)
        .map(memories -> (long) memories.getMemory(0).limits().initialPages())
        .orElse(0L);
  }

  /**
   * A new instance within {@code limits}. Runs the module's start function, if it has one, and
   * {@code _initialize}, but no entry.
   */
  public Instance instantiate(Imports imports, Guest guest, Limits limits) {
    checkDeclared(limits);
    Instance.Builder builder =
        Instance.builder(module)
            .withStart(false)
            .withImportValues(
                ImportValues.builder().addFunction(imports.link(module, guest)).build())
            .withMemoryFactory(ByteArrayMemory::new)
            .withTableFactory((table, initial) -> bounded(table, initial, limits))
            .withUnsafeExecutionListener((instruction, stack) -> Checkpoint.pollSlice());
    module
        .memorySection()
        .filter(memories -> memories.memoryCount() > 0)
        .ifPresent(
            memories -> {
              MemoryLimits declared = memories.getMemory(0).limits();
              int max = Math.min(declared.maximumPages(), limits.intMax(Limit.MEMORY_PAGES));
              builder.withMemoryLimits(new MemoryLimits(declared.initialPages(), max));
            });
    compiled.ifPresent(builder::withMachineFactory);
    Instance instance = builder.build();
    guest.attach(instance);
    for (String initializer : new String[] {"_initialize", "cm32p2_initialize"}) {
      if (Exports.hasFunction(module, initializer, Exports.NO_ARGUMENTS)) {
        instance.export(initializer).apply();
      }
    }
    return instance;
  }

  /**
   * A table of this instance's own. Chicory notes a table's growth in the declaration that all
   * instances of a module share, so each gets a copy of it.
   */
  private static TableInstance bounded(Table declared, int initial, Limits limits) {
    TableLimits own =
        new TableLimits(
            declared.limits().min(),
            Math.min(declared.limits().max(), limits.max(Limit.TABLE_ELEMENTS)));
    return new TableInstance(
        new Table(declared.elementType(), own, declared.initialize()), initial);
  }
}
