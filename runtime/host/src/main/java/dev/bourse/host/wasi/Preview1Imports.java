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
import java.nio.channels.NonWritableChannelException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code wasi_snapshot_preview1}, served by Chicory: standard output and error go to the process's
 * listener, standard input is empty, there is no environment, the only argument is the program's
 * name, and the only directory is the scratch directory of a process with the capability. Mounted
 * folders are for guests of WASI 0.2.
 */
public final class Preview1Imports {
  private Preview1Imports() {}

  private static final String NAME = "wasi_snapshot_preview1";

  private static final int SUCCESS = 0;

  /** The functions whose second and third arguments are a list of buffers. */
  private static final Set<String> BUFFERED =
      Set.of("fd_read", "fd_pread", "fd_write", "fd_pwrite");

  private static final SecureRandom RANDOM = new SecureRandom();

  public static ImportModule module() {
    ImportModule module = new ImportModule(NAME);
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
    Functions functions = guest.attached(Functions.class, process -> open(guest));
    OptionalInt refused =
        BUFFERED.contains(name)
            ? Preview1Files.refuseBuffers(guest, (int) arguments[1], (int) arguments[2])
            : OptionalInt.empty();
    if (refused.isEmpty() && functions.files().isPresent()) {
      refused = functions.files().get().refuse(guest, name, arguments);
    }
    if (refused.isPresent()) {
      return new long[] {refused.getAsInt()};
    }
    long[] results = invoke(guest, functions, name, arguments);
    if (functions.files().isPresent() && results.length == 1 && results[0] == SUCCESS) {
      int error =
          functions
              .files()
              .get()
              .done(
                  guest,
                  name,
                  arguments,
                  (again, values) -> functions.get(again).handle().apply(guest.instance(), values));
      return new long[] {error};
    }
    return results;
  }

  private static long[] invoke(Guest guest, Functions functions, String name, long[] arguments)
      throws InterruptedException {
    try {
      return functions.get(name).handle().apply(guest.instance(), arguments);
    } catch (WasiExitException e) {
      throw e;
    } catch (NonWritableChannelException e) {
      return new long[] {Preview1Files.BAD_DESCRIPTOR};
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (name.startsWith("path_")
          && (e instanceof IllegalArgumentException
              || e instanceof UnsupportedOperationException)) {
        // How the file system says that flags or a path make no sense.
        return new long[] {Preview1Files.INVALID};
      }
      throw e;
    }
  }

  /**
   * A system interface of the guest's own.
   *
   * @param files what it may ask of files, if it asks anything
   */
  private record Functions(Map<String, HostFunction> byName, Optional<Preview1Files> files) {
    HostFunction get(String name) {
      return Objects.requireNonNull(byName.get(name));
    }
  }

  private static Functions open(Guest guest) {
    InferletProcess process = guest.process();
    WasiOptions.Builder options =
        WasiOptions.builder()
            .withArguments(List.of(process.program()))
            .withStdin(InputStream.nullInputStream())
            .withStdout(sink(process::writeStdout))
            .withStderr(sink(process::writeStderr))
            .withRandom(RANDOM)
            .withThrowOnExit0(true);
    Optional<Volume> scratch = opensFiles(guest) ? writable(guest) : Optional.empty();
    scratch.ifPresent(volume -> options.withDirectory(volume.guestPath(), volume.root()));
    WasiPreview1 wasi =
        WasiPreview1.builder().withOptions(options.build()).withLogger(new SilentLogger()).build();
    process.resources().onEnd(wasi::close);
    Map<String, HostFunction> functions = new HashMap<>();
    for (HostFunction function : wasi.toHostFunctions()) {
      functions.put(function.name(), function);
    }
    return new Functions(functions, scratch.map(volume -> new Preview1Files(volume, guest)));
  }

  /** Who imports no such function gets no directory: most guests only print. */
  private static boolean opensFiles(Guest guest) {
    return guest.instance().module().importSection().stream()
        .anyMatch(wanted -> wanted.module().equals(NAME) && wanted.name().startsWith("path_"));
  }

  private static Optional<Volume> writable(Guest guest) {
    return ProcessFiles.of(guest).volumes().stream().filter(Volume::isWritable).findFirst();
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
