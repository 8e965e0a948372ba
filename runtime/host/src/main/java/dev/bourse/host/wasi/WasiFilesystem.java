package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.tuple;

import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.WitTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code wasi:filesystem} without any file: no directory is open to an inferlet, so it can hold no
 * descriptor and every method traps on the handle it is called with. The functions exist because
 * language runtimes import them whether they call them or not.
 */
public final class WasiFilesystem {
  private WasiFilesystem() {}

  private record Descriptor() {}

  private record DirectoryEntryStream() {}

  private static final ResourceType<Descriptor> DESCRIPTOR =
      ResourceType.of("descriptor", Descriptor.class);
  private static final ResourceType<DirectoryEntryStream> DIRECTORY_ENTRY_STREAM =
      ResourceType.of("directory-entry-stream", DirectoryEntryStream.class);

  public static ImportModule preopens() {
    return new ImportModule("wasi:filesystem/preopens@0.2")
        .function("get-directories", list(tuple(own(DESCRIPTOR), STRING)), guest -> List.of());
  }

  public static ImportModule types() {
    ImportModule module = new ImportModule("wasi:filesystem/types@0.2");
    method(module, DESCRIPTOR, "read-via-stream", "i32 i64 i32");
    method(module, DESCRIPTOR, "write-via-stream", "i32 i64 i32");
    method(module, DESCRIPTOR, "append-via-stream", "i32 i32");
    method(module, DESCRIPTOR, "advise", "i32 i64 i64 i32 i32");
    method(module, DESCRIPTOR, "sync-data", "i32 i32");
    method(module, DESCRIPTOR, "get-flags", "i32 i32");
    method(module, DESCRIPTOR, "get-type", "i32 i32");
    method(module, DESCRIPTOR, "set-size", "i32 i64 i32");
    method(module, DESCRIPTOR, "set-times", "i32 i32 i64 i32 i32 i64 i32 i32");
    method(module, DESCRIPTOR, "read", "i32 i64 i64 i32");
    method(module, DESCRIPTOR, "write", "i32 i32 i32 i64 i32");
    method(module, DESCRIPTOR, "read-directory", "i32 i32");
    method(module, DESCRIPTOR, "sync", "i32 i32");
    method(module, DESCRIPTOR, "create-directory-at", "i32 i32 i32 i32");
    method(module, DESCRIPTOR, "stat", "i32 i32");
    method(module, DESCRIPTOR, "stat-at", "i32 i32 i32 i32 i32");
    method(module, DESCRIPTOR, "set-times-at", "i32 i32 i32 i32 i32 i64 i32 i32 i64 i32 i32");
    method(module, DESCRIPTOR, "link-at", "i32 i32 i32 i32 i32 i32 i32 i32");
    method(module, DESCRIPTOR, "open-at", "i32 i32 i32 i32 i32 i32 i32");
    method(module, DESCRIPTOR, "readlink-at", "i32 i32 i32 i32");
    method(module, DESCRIPTOR, "remove-directory-at", "i32 i32 i32 i32");
    method(module, DESCRIPTOR, "rename-at", "i32 i32 i32 i32 i32 i32 i32");
    method(module, DESCRIPTOR, "symlink-at", "i32 i32 i32 i32 i32 i32");
    method(module, DESCRIPTOR, "unlink-file-at", "i32 i32 i32 i32");
    method(module, DESCRIPTOR, "metadata-hash", "i32 i32");
    method(module, DESCRIPTOR, "metadata-hash-at", "i32 i32 i32 i32 i32");
    method(module, DIRECTORY_ENTRY_STREAM, "read-directory-entry", "i32 i32");
    return module
        .function(
            "[method]descriptor.is-same-object",
            borrow(DESCRIPTOR),
            borrow(DESCRIPTOR),
            WitTypes.BOOL,
            (guest, a, b) -> a.equals(b))
        .function(
            "filesystem-error-code",
            borrow(IoError.TYPE),
            option(U8),
            (guest, error) -> Optional.empty())
        .drop(DESCRIPTOR)
        .drop(DIRECTORY_ENTRY_STREAM);
  }

  private static void method(
      ImportModule module, ResourceType<?> type, String method, String parameters) {
    List<CoreType> types = new ArrayList<>();
    for (String parameter : parameters.split(" ", -1)) {
      types.add(parameter.equals("i64") ? CoreType.I64 : CoreType.I32);
    }
    module.raw(
        "[method]%s.%s".formatted(type.name(), method),
        types,
        List.of(),
        (guest, arguments) -> {
          guest.resource(type, (int) arguments[0]);
          throw new IllegalStateException("an inferlet holds a " + type.name());
        });
  }
}
