package dev.bourse.host.program;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.Version;
import com.dylibso.chicory.wasm.WasmModule;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.ProcessStopped;
import dev.bourse.host.program.WasmReader.Malformed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a WebAssembly module into a {@link WasmProgram}: parsed, validated, checked
 * against what the host provides, and compiled. Whatever the bytes are, the only exception is
 * {@link ProgramException}.
 *
 * <p>Programs are kept by the SHA-256 of their bytes, in memory and, compiled, on disk: a cold
 * start then spends tens of milliseconds on a module instead of several hundred. Thread safe;
 * unknown programs are loaded one after the other, and nobody waits for them who runs a known one.
 */
public final class ProgramLoader {
  private static final Logger LOG = System.getLogger(ProgramLoader.class.getName());

  private static final byte[] MAGIC = {0, 'a', 's', 'm'};
  private static final byte[] CORE_MODULE = {1, 0, 0, 0};
  private static final byte[] COMPONENT = {0x0d, 0, 1, 0};
  private static final int KEPT_MAX = 64;

  /** The largest modules known, JavaScript engines, take half of it. */
  private static final long HEAP_BYTES_MAX = 1L << 30;

  /** Some seconds. */
  private static final long STEPS_MAX = 500_000_000;

  /** Instructions that are compiled in some seconds; what has more is interpreted. */
  private static final long COMPILED_MAX = 12_000_000;

  private static final Duration COMPILING_MAX = Duration.ofSeconds(30);

  /**
   * Part of the disk cache's keys: code made by another compiler or changed otherwise is not ours.
   */
  private static final String CODE_VERSION =
      "chicory-" + Version.version() + "-java-" + Runtime.version().feature() + "-2";

  /** One at a time: what reading takes of the heap is bounded for one. */
  private final Semaphore loading = new Semaphore(1);

  private final Imports imports;
  private final LongAdder compiled = new LongAdder();
  private final LongAdder cached = new LongAdder();
  private final LongAdder interpreted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder compileNanos = new LongAdder();
  private final Optional<CodeCache> disk;
  private final Map<String, WasmProgram> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WasmProgram> eldest) {
          return size() > KEPT_MAX;
        }
      };

  public ProgramLoader(Imports imports, Optional<Path> cacheDirectory) {
    this.imports = imports;
    this.disk = cacheDirectory.map(CodeCache::new);
  }

  /**
   * Loads a module from a file.
   *
   * @throws ProgramException when the file cannot be read or is not a program for this host
   */
  public WasmProgram load(Path file, Execution execution) {
    try {
      return load(file.toString(), Files.readAllBytes(file), execution);
    } catch (IOException e) {
      throw new ProgramException(file.toString(), "cannot be read: " + e, e);
    }
  }

  /**
   * Loads an inferlet, and checks that it was granted what it imports.
   *
   * @throws ProgramException when it is not a program for this host, or asks for more than its
   *     manifest says
   */
  public WasmProgram load(InferletPackage inferlet, Execution execution) {
    WasmProgram program = load(inferlet.name(), inferlet.wasm(), execution);
    CapabilityCheck.require(
        inferlet.name(),
        program.module(),
        inferlet.capabilities(),
        inferlet.manifest().isPresent());
    return program;
  }

  /**
   * Loads a module, or the main module of a component. Who has been interrupted is told so.
   *
   * @param name what errors call it: its file, or an inferlet's name
   * @throws ProgramException when the bytes are not a program for this host
   * @throws ProcessStopped when this thread is interrupted
   */
  public WasmProgram load(String name, byte[] bytes, Execution execution) {
    byte[] wasm = coreModule(name, bytes);
    String sha256 = HexFormat.of().formatHex(CodeCache.sha256(wasm));
    String key = sha256 + execution;
    WasmProgram known = kept(key);
    if (known == null) {
      try {
        loading.acquire();
      } catch (InterruptedException e) {
        throw stopped();
      }
      try {
        known = kept(key);
        if (known == null) {
          known = loadUnknown(name, wasm, sha256, execution);
          keep(key, known);
        }
      } catch (ProgramException e) {
        refused.increment();
        throw e;
      } finally {
        loading.release();
      }
    }
    return known.name().equals(name) ? known : known.renamed(name);
  }

  private @Nullable WasmProgram kept(String key) {
    synchronized (kept) {
      return kept.get(key);
    }
  }

  private void keep(String key, WasmProgram program) {
    synchronized (kept) {
      kept.put(key, program);
    }
  }

  private static ProcessStopped stopped() {
    Thread.currentThread().interrupt();
    return new ProcessStopped();
  }

  /** The module itself: {@code wasm}, or the main module of a component. */
  private static byte[] coreModule(String name, byte[] wasm) {
    if (wasm.length > Limit.MODULE_BYTES.defaultMax()) {
      throw new ProgramException(
          name,
          LimitExceededException.describe(
              Limit.MODULE_BYTES, Limit.MODULE_BYTES.defaultMax(), wasm.length));
    }
    if (wasm.length < 8) {
      throw new ProgramException(
          name,
          "is not a WebAssembly module: it has %d bytes, the header alone takes 8"
              .formatted(wasm.length));
    }
    byte[] magic = Arrays.copyOf(wasm, 4);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new ProgramException(
          name,
          "is not a WebAssembly module: it starts with %s, not with 00 61 73 6d (\"\\0asm\")"
              .formatted(hex(magic)));
    }
    byte[] version = Arrays.copyOfRange(wasm, 4, 8);
    if (Arrays.equals(version, COMPONENT)) {
      return Component.mainModule(name, wasm);
    }
    if (!Arrays.equals(version, CORE_MODULE)) {
      throw new ProgramException(
          name,
          "has WebAssembly version %s; this host runs version 01 00 00 00".formatted(hex(version)));
    }
    return wasm;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  private WasmProgram loadUnknown(String name, byte[] wasm, String sha256, Execution execution) {
    String key = sha256 + "-" + CODE_VERSION;
    Optional<byte[]> code =
        execution == Execution.COMPILED
            ? CodeCache.builtIn(key).or(() -> disk.flatMap(cache -> cache.read(key)))
            : Optional.empty();
    ModuleScan scan = scan(name, wasm);
    // Known code was made from these very bytes after they had been validated.
    WasmModule module = parse(name, wasm, code.isEmpty());
    List<String> problems = ModuleCheck.problems(module);
    problems.addAll(imports.problems(module));
    if (!problems.isEmpty()) {
      throw new ProgramException(name, String.join("; ", problems));
    }
    Entry entry = Entry.of(name, module);
    Optional<Function<Instance, Machine>> machine =
        execution == Execution.COMPILED ? compile(name, module, scan, key, code) : Optional.empty();
    return new WasmProgram(name, sha256, module, entry, machine);
  }

  /** What reading the module would take, refused where that is more than a program is worth. */
  private static ModuleScan scan(String name, byte[] wasm) {
    ModuleScan scan;
    try {
      scan = ModuleScan.of(wasm);
    } catch (Malformed e) {
      throw new ProgramException(name, "is not a valid WebAssembly module: " + e.getMessage(), e);
    }
    long heapMax = Math.min(HEAP_BYTES_MAX, Runtime.getRuntime().maxMemory() / 2);
    if (scan.heapBytes() > heapMax) {
      throw new ProgramException(
          name,
          "would take %,d MiB of the host's memory to read, allowed %,d MiB"
              .formatted(scan.heapBytes() >> 20, heapMax >> 20));
    }
    if (scan.steps() > STEPS_MAX) {
      throw new ProgramException(
          name,
          "would take %,d steps to validate, allowed %,d: it branches out of too many blocks"
              .formatted(scan.steps(), STEPS_MAX));
    }
    return scan;
  }

  /** Chicory throws its own exceptions for most broken modules, and others for the rest. */
  private static WasmModule parse(String name, byte[] wasm, boolean validate) {
    try {
      return Parser.builder()
          .withValidation(validate)
          .build()
          .parse(() -> new ByteArrayInputStream(wasm));
    } catch (RuntimeException | Error e) { // assertions, stack overflows, huge counts
      throw new ProgramException(name, "is not a valid WebAssembly module: " + describe(e), e);
    }
  }

  private static String describe(Throwable e) {
    String message = e.getMessage();
    return e instanceof ChicoryException && message != null
        ? message
        : "it breaks the parser (" + e + ")";
  }

  /** Empty when the module is valid but beyond the compiler; it is interpreted then. */
  private Optional<Function<Instance, Machine>> compile(
      String name, WasmModule module, ModuleScan scan, String key, Optional<byte[]> known) {
    if (known.isPresent()) {
      try {
        Optional<Function<Instance, Machine>> machine =
            Optional.of(compiler(module, new FixedCode(known.get())).compile());
        cached.increment();
        return machine;
      } catch (RuntimeException | LinkageError e) {
        LOG.log(Level.WARNING, name + ": its compiled program is unusable, compiling again", e);
        disk.ifPresent(cache -> cache.remove(key));
      }
    }
    if (scan.toCompile() > COMPILED_MAX) {
      LOG.log(
          Level.WARNING,
          "%s: would take %,d instructions to compile, allowed %,d; it will be interpreted"
              .formatted(name, scan.toCompile(), COMPILED_MAX));
      interpreted.increment();
      return Optional.empty();
    }
    long began = System.nanoTime();
    try {
      byte[] made = Compilation.run(() -> code(module), COMPILING_MAX);
      disk.ifPresent(cache -> cache.write(key, made));
      Optional<Function<Instance, Machine>> machine =
          Optional.of(compiler(module, new FixedCode(made)).compile());
      compiled.increment();
      return machine;
    } catch (InterruptedException e) {
      throw stopped();
    } catch (TimeoutException e) {
      LOG.log(
          Level.WARNING,
          "%s: is not compiled after %d s of computing and will be interpreted"
              .formatted(name, COMPILING_MAX.toSeconds()));
    } catch (ExecutionException | RuntimeException | Error e) {
      // A class the JVM refuses, an assertion of the compiler's.
      LOG.log(Level.WARNING, name + ": cannot be compiled and will be interpreted", e);
    } finally {
      compileNanos.add(System.nanoTime() - began);
    }
    interpreted.increment();
    return Optional.empty();
  }

  /** What loading took so far. */
  public LoadStatistics statistics() {
    return new LoadStatistics(
        compiled.sum(), cached.sum(), interpreted.sum(), refused.sum(), compileNanos.sum());
  }

  private static byte[] code(WasmModule module) throws IOException {
    FixedCode code = new FixedCode(null);
    compiler(module, code).compile();
    return PreemptibleCode.redirect(code.archive());
  }

  private static MachineFactoryCompiler.Builder compiler(WasmModule module, Cache cache) {
    return MachineFactoryCompiler.builder(module)
        .withInterpreterFallback(InterpreterFallback.SILENT)
        .withCache(cache);
  }

  /** Gives the compiler the code it would otherwise make, or takes what it made. */
  private static final class FixedCode implements Cache {
    private byte @Nullable [] archive;

    FixedCode(byte @Nullable [] archive) {
      this.archive = archive;
    }

    @Override
    public byte @Nullable [] get(String digest) {
      return archive;
    }

    @Override
    public void putIfAbsent(String digest, byte[] made) {
      archive = made;
    }

    byte[] archive() {
      byte[] made = archive;
      if (made == null) {
        throw new IllegalStateException("the compiler handed out no code");
      }
      return made;
    }
  }
}
