package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.abi.WitTypes.Pair;
import dev.bourse.host.process.GuestTrap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code wasi:filesystem}: the scratch directory of the process and the folders mounted into it,
 * for processes with the capability; the others see no directory and can open nothing.
 *
 * <p>Source: WASI 0.2, {@code wasi:filesystem/types} and {@code preopens}.
 */
public final class WasiFilesystem {
  private WasiFilesystem() {}

  /** What one read gives at most, however much is asked for. */
  private static final int READ_BYTES_MAX = 1 << 20;

  private static final int SYMLINK_FOLLOW = 1;
  private static final int ADVICE_MAX = 5;

  private static final WitType<Descriptor> SELF = borrow(Descriptor.TYPE);
  private static final WitType<Case> NOTHING = result(UNIT);

  public static ImportModule preopens() {
    return new ImportModule("wasi:filesystem/preopens@0.2")
        .function(
            "get-directories",
            list(tuple(own(Descriptor.TYPE), STRING)),
            (guest) -> directories(ProcessFiles.of(guest)));
  }

  private static List<Pair<Descriptor, String>> directories(ProcessFiles files) {
    List<Pair<Descriptor, String>> directories = new ArrayList<>();
    for (Volume volume : files.volumes()) {
      try {
        directories.add(new Pair<>(Descriptor.top(volume), volume.guestPath()));
      } catch (IOException | FileException e) {
        throw new GuestTrap("the folder at %s cannot be opened".formatted(volume.guestPath()));
      }
    }
    return directories;
  }

  public static ImportModule types() {
    ImportModule module = new ImportModule("wasi:filesystem/types@0.2");
    declareContents(module);
    declareAttributes(module);
    declareDirectories(module);
    return module
        .function(
            "filesystem-error-code",
            borrow(IoError.TYPE),
            option(ErrorCode.TYPE),
            (guest, error) ->
                error.code() instanceof ErrorCode code ? Optional.of(code) : Optional.empty())
        .drop(Descriptor.TYPE)
        .drop(DirectoryEntries.TYPE);
  }

  private static void declareContents(ImportModule module) {
    var _ =
        module
            .function(
                "[method]descriptor.read-via-stream",
                SELF,
                U64,
                result(own(ByteSource.TYPE)),
                (guest, self, offset) ->
                    attempt(() -> FileStreams.reading(self.readable(), offset)))
            .function(
                "[method]descriptor.write-via-stream",
                SELF,
                U64,
                result(own(ByteSink.TYPE)),
                (guest, self, offset) ->
                    attempt(() -> FileStreams.writing(self.writable(), offset)))
            .function(
                "[method]descriptor.append-via-stream",
                SELF,
                result(own(ByteSink.TYPE)),
                (guest, self) -> attempt(() -> FileStreams.appending(self.writable())))
            .function(
                "[method]descriptor.read",
                SELF,
                U64,
                U64,
                result(tuple(BYTES, BOOL)),
                (guest, self, length, offset) -> attempt(() -> read(self, length, offset)))
            .function(
                "[method]descriptor.write",
                SELF,
                BYTES,
                U64,
                result(U64),
                (guest, self, bytes, offset) ->
                    attempt(
                        () -> {
                          self.writable().write(offset, bytes);
                          return (long) bytes.length;
                        }))
            .function(
                "[method]descriptor.set-size",
                SELF,
                U64,
                NOTHING,
                (guest, self, size) -> attemptDo(() -> self.writable().setSize(size)))
            .function(
                "[method]descriptor.advise",
                SELF,
                U64,
                U64,
                U8,
                NOTHING,
                (guest, self, offset, length, advice) -> attemptDo(() -> advise(self, advice)))
            .function(
                // Nothing here outlives the process, so nothing has to reach a disk.
                "[method]descriptor.sync-data", SELF, NOTHING, (guest, self) -> DONE)
            .function("[method]descriptor.sync", SELF, NOTHING, (guest, self) -> DONE);
  }

  private static Pair<byte[], Boolean> read(Descriptor self, long length, long offset)
      throws IOException, FileException {
    int max = length < 0 ? READ_BYTES_MAX : (int) Math.min(length, READ_BYTES_MAX);
    byte[] bytes = self.readable().read(offset, max);
    return new Pair<>(bytes, bytes.length < max);
  }

  private static void advise(Descriptor self, int advice) throws FileException {
    if (advice > ADVICE_MAX) {
      throw new GuestTrap("discriminant %d of the enum advice".formatted(advice));
    }
    if (self.isDirectory()) {
      throw new FileException(ErrorCode.IS_DIRECTORY);
    }
  }

  private static void declareAttributes(ImportModule module) {
    WitType<Object[]> hash = record(U64, U64);
    var _ =
        module
            .function(
                "[method]descriptor.get-flags",
                SELF,
                result(U8),
                (guest, self) -> attempt(self::flags))
            .function(
                "[method]descriptor.get-type",
                SELF,
                result(U8),
                (guest, self) ->
                    attempt(() -> self.isDirectory() ? FileStat.DIRECTORY : FileStat.REGULAR_FILE))
            .function(
                "[method]descriptor.stat",
                SELF,
                result(FileStat.TYPE),
                (guest, self) -> attempt(self::stat))
            .function(
                "[method]descriptor.stat-at",
                SELF,
                U8,
                STRING,
                result(FileStat.TYPE),
                (guest, self, flags, path) -> attempt(() -> self.statAt(path, follows(flags))))
            .function(
                "[method]descriptor.set-times",
                SELF,
                NewTime.TYPE,
                NewTime.TYPE,
                NOTHING,
                (guest, self, accessed, modified) ->
                    attemptDo(() -> self.setTimes(accessed, modified)))
            .function(
                "[method]descriptor.set-times-at",
                SELF,
                U8,
                STRING,
                NewTime.TYPE,
                NewTime.TYPE,
                NOTHING,
                (guest, self, flags, path, accessed, modified) ->
                    attemptDo(() -> self.setTimesAt(path, follows(flags), accessed, modified)))
            .function(
                "[method]descriptor.is-same-object",
                SELF,
                SELF,
                BOOL,
                (guest, self, other) -> self.isSame(other))
            .function(
                "[method]descriptor.metadata-hash",
                SELF,
                result(hash),
                (guest, self) -> attempt(self::metadataHash))
            .function(
                "[method]descriptor.metadata-hash-at",
                SELF,
                U8,
                STRING,
                result(hash),
                (guest, self, flags, path) ->
                    attempt(() -> self.metadataHashAt(path, follows(flags))));
  }

  private static void declareDirectories(ImportModule module) {
    var _ =
        module
            .function(
                "[method]descriptor.read-directory",
                SELF,
                result(own(DirectoryEntries.TYPE)),
                (guest, self) -> attempt(() -> DirectoryEntries.of(guest, self.list())))
            .function(
                "[method]directory-entry-stream.read-directory-entry",
                borrow(DirectoryEntries.TYPE),
                result(option(DirectoryEntries.ENTRY)),
                (guest, entries) -> attempt(entries::next))
            .function(
                "[method]descriptor.open-at",
                SELF,
                U8,
                STRING,
                U8,
                U8,
                result(own(Descriptor.TYPE)),
                (guest, self, flags, path, openFlags, wanted) ->
                    attempt(() -> self.openAt(path, follows(flags), openFlags, wanted)))
            .function(
                "[method]descriptor.create-directory-at",
                SELF,
                STRING,
                NOTHING,
                (guest, self, path) -> attemptDo(() -> self.createDirectoryAt(path)))
            .function(
                "[method]descriptor.remove-directory-at",
                SELF,
                STRING,
                NOTHING,
                (guest, self, path) -> attemptDo(() -> self.removeDirectoryAt(path)))
            .function(
                "[method]descriptor.unlink-file-at",
                SELF,
                STRING,
                NOTHING,
                (guest, self, path) -> attemptDo(() -> self.unlinkFileAt(path)))
            .function(
                "[method]descriptor.rename-at",
                SELF,
                STRING,
                SELF,
                STRING,
                NOTHING,
                (guest, self, path, other, newPath) ->
                    attemptDo(() -> self.renameAt(path, other, newPath)))
            .function(
                "[method]descriptor.link-at",
                SELF,
                U8,
                STRING,
                SELF,
                STRING,
                NOTHING,
                (guest, self, flags, path, other, newPath) ->
                    attemptDo(() -> self.linkAt(path, follows(flags), other, newPath)))
            .function(
                "[method]descriptor.symlink-at",
                SELF,
                STRING,
                STRING,
                NOTHING,
                (guest, self, target, path) -> attemptDo(() -> self.symlinkAt(target, path)))
            .function(
                "[method]descriptor.readlink-at",
                SELF,
                STRING,
                result(STRING),
                (guest, self, path) -> attempt(() -> self.readLinkAt(path)));
  }

  private static boolean follows(int pathFlags) {
    return (pathFlags & SYMLINK_FOLLOW) != 0;
  }

  /** {@code result<ok, error-code>}. */
  private static WitType<Case> result(WitType<?> ok) {
    return variant(ok, ErrorCode.TYPE);
  }

  private static final Case DONE = new Case(0, Unit.UNIT);

  private interface Operation<T> {
    T run() throws IOException, FileException;
  }

  private interface Action {
    void run() throws IOException, FileException;
  }

  private static <T> Case attempt(Operation<T> operation) {
    try {
      return new Case(0, operation.run());
    } catch (FileException e) {
      return new Case(1, e.code());
    } catch (IOException e) {
      return new Case(1, FileException.of(e).code());
    }
  }

  private static Case attemptDo(Action action) {
    return attempt(
        () -> {
          action.run();
          return Unit.UNIT;
        });
  }
}
