package dev.bourse.host.wasi;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.types.ValType;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.process.InferletProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@code wasi_snapshot_preview1}, served by Chicory: standard output and error go to the process's
 * listener, standard input is empty, there are no directories and no environment, and the only
 * argument is the program's name.
 */
public final class Preview1Imports {
  private Preview1Imports() {}

  private static final SecureRandom RANDOM = new SecureRandom();

  public static ImportModule module() {
    ImportModule module = new ImportModule("wasi_snapshot_preview1");
    try (WasiPreview1 prototype = WasiPreview1.builder().build()) {
      for (HostFunction function : prototype.toHostFunctions()) {
        String name = function.name();
        module.raw(
            name,
            coreTypes(function.paramTypes()),
            coreTypes(function.returnTypes()),
            (guest, arguments) -> call(guest, name, arguments));
      }
    }
    return module;
  }

  private static long[] call(Guest guest, String name, long[] arguments)
      throws InterruptedException {
    try {
      return guest
          .attached(Functions.class, Preview1Imports::open)
          .get(name)
          .handle()
          .apply(guest.instance(), arguments);
    } catch (WasiExitException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  /** A system interface of the guest's own. */
  private record Functions(Map<String, HostFunction> byName) {
    HostFunction get(String name) {
      return Objects.requireNonNull(byName.get(name));
    }
  }

  private static Functions open(InferletProcess process) {
    WasiOptions options =
        WasiOptions.builder()
            .withArguments(List.of(process.program()))
            .withStdin(InputStream.nullInputStream())
            .withStdout(sink(process::writeStdout))
            .withStderr(sink(process::writeStderr))
            .withRandom(RANDOM)
            .withThrowOnExit0(true)
            .build();
    WasiPreview1 wasi = WasiPreview1.builder().withOptions(options).build();
    process.resources().onEnd(wasi::close);
    Map<String, HostFunction> functions = new HashMap<>();
    for (HostFunction function : wasi.toHostFunctions()) {
      functions.put(function.name(), function);
    }
    return new Functions(functions);
  }

  private static OutputStream sink(Consumer<byte[]> sink) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        sink.accept(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        sink.accept(Arrays.copyOfRange(bytes, offset, offset + length));
      }
    };
  }

  private static List<CoreType> coreTypes(List<ValType> types) {
    List<CoreType> core = new ArrayList<>();
    for (ValType type : types) {
      core.add(type.equals(ValType.I64) ? CoreType.I64 : CoreType.I32);
    }
    return core;
  }
}
