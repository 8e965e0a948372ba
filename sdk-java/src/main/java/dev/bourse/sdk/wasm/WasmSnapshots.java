package dev.bourse.sdk.wasm;

import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.SnapshotInfo;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Contexts under names, through imports. */
final class WasmSnapshots {
  /** Room for the descriptions of some snapshots, or of any one. */
  private static final int LIST_BYTES = 64 << 10;

  /** No snapshot is kept with a longer manifest. */
  private static final int MANIFEST_BYTES_MAX = 256 << 10;

  /** The layout of a description: {@code record snapshot} of {@code docs/abi-bourse.md}. */
  private static final int INFO_BYTES = 88;

  private final Arena arena;

  WasmSnapshots(Arena arena) {
    this.arena = arena;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int open(int model, String name, Optional<ContextManifest> expected) {
    byte[] nameUtf8 = utf8(name);
    byte[] manifest =
        expected.map(ContextManifest::toJson).map(WasmSnapshots::utf8).orElse(new byte[0]);
    arena.begin(nameUtf8.length + manifest.length + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(nameUtf8);
    int manifestAt = arena.putBytes(manifest);
    int result = arena.area(12, 4);
    boolean expecting = expected.isPresent();
    int base = arena.open();
    if (expecting) {
      SnapshotImports.openExpecting(
          model, base + nameAt, nameUtf8.length, base + manifestAt, manifest.length, base + result);
    } else {
      SnapshotImports.open(model, base + nameAt, nameUtf8.length, base + result);
    }
    return arena.handle(result);
  }

  int take(int model, String name) {
    int result = call(name, (at, length, to) -> SnapshotImports.take(model, at, length, to));
    return arena.handle(result);
  }

  void delete(int model, String name) {
    int result = call(name, (at, length, to) -> SnapshotImports.delete(model, at, length, to));
    arena.checkOk(result);
  }

  void rename(int model, String from, String to) {
    byte[] fromUtf8 = utf8(from);
    byte[] toUtf8 = utf8(to);
    arena.begin(fromUtf8.length + toUtf8.length + WasmRuntime.SHORT_TEXT_BYTES);
    int fromAt = arena.putBytes(fromUtf8);
    int toAt = arena.putBytes(toUtf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    SnapshotImports.rename(
        model, base + fromAt, fromUtf8.length, base + toAt, toUtf8.length, base + result);
    arena.checkOk(result);
  }

  boolean exists(int model, String name) {
    int result = call(name, (at, length, to) -> SnapshotImports.exists(model, at, length, to));
    arena.checkOk(result);
    return arena.u8(result + 4) != 0;
  }

  void save(int context, String name, SaveOptions options) {
    if (options.equals(SaveOptions.DEFAULT)) {
      int result = call(name, (at, length, to) -> SnapshotImports.save(context, at, length, to));
      arena.checkOk(result);
      return;
    }
    byte[] nameUtf8 = utf8(name);
    byte[] manifest =
        options
            .manifest()
            .map(ContextManifest::toJson)
            .map(WasmSnapshots::utf8)
            .orElse(new byte[0]);
    byte[][] grants = new byte[options.grants().size()][];
    int count = 0;
    int room = nameUtf8.length + manifest.length + WasmRuntime.SHORT_TEXT_BYTES;
    for (String grant : options.grants()) {
      byte[] grantUtf8 = utf8(grant);
      grants[count++] = grantUtf8;
      room += 8 + grantUtf8.length;
    }
    arena.begin(room);
    int nameAt = arena.putBytes(nameUtf8);
    int manifestAt = arena.putBytes(manifest);
    int[] grantAt = new int[count];
    for (int i = 0; i < count; i++) {
      grantAt[i] = arena.putBytes(grants[i]);
    }
    int list = arena.area(8 * count, 4);
    int result = arena.area(12, 4);
    int replace = options.replace() ? 1 : 0;
    int hasTtl = options.ttl().isPresent() ? 1 : 0;
    long ttlSeconds = options.ttlSeconds();
    int hasManifest = options.manifest().isPresent() ? 1 : 0;
    int base = arena.open();
    for (int i = 0; i < count; i++) {
      arena.storeInt(list + 8 * i, base + grantAt[i]);
      arena.storeInt(list + 8 * i + 4, grants[i].length);
    }
    SnapshotImports.saveWith(
        context,
        base + nameAt,
        nameUtf8.length,
        replace,
        hasTtl,
        ttlSeconds,
        hasManifest,
        base + manifestAt,
        manifest.length,
        base + list,
        count,
        base + result);
    arena.checkOk(result);
  }

  String snapshot(int context) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    SnapshotImports.snapshot(context, base + result);
    arena.checkOk(result);
    return arena.string(result + 4);
  }

  List<SnapshotInfo> list(int model) {
    List<SnapshotInfo> all = new ArrayList<>();
    String after = "";
    while (listSome(model, after, all)) {
      after = all.get(all.size() - 1).name();
    }
    return all;
  }

  /** Adds those after {@code after} that fit; false at the end. */
  private boolean listSome(int model, String after, List<SnapshotInfo> all) {
    byte[] afterUtf8 = utf8(after);
    arena.begin(afterUtf8.length + LIST_BYTES + WasmRuntime.SHORT_TEXT_BYTES);
    int afterAt = arena.putBytes(afterUtf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    SnapshotImports.list(model, base + afterAt, afterUtf8.length, LIST_BYTES, base + result);
    arena.checkOk(result);
    int first = arena.pointer(result + 4);
    int count = arena.i32(result + 8);
    for (int i = 0; i < count; i++) {
      all.add(info(first + INFO_BYTES * i));
    }
    return count > 0;
  }

  SnapshotInfo describe(int model, String name) {
    byte[] nameUtf8 = utf8(name);
    arena.begin(nameUtf8.length + LIST_BYTES + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(nameUtf8);
    int area = arena.area(4 + 8 + INFO_BYTES, 4);
    int base = arena.open();
    int result = arena.aligned(area, 8);
    SnapshotImports.describe(model, base + nameAt, nameUtf8.length, base + result);
    arena.checkOk(result, 8);
    return info(result + 8);
  }

  private SnapshotInfo info(int at) {
    return new SnapshotInfo(
        arena.string(at),
        arena.string(at + 8),
        arena.string(at + 16),
        Instant.ofEpochMilli(arena.i64(at + 24)),
        arena.u8(at + 32) == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(arena.i64(at + 40))),
        arena.i32(at + 64),
        arena.i64(at + 48),
        arena.i64(at + 56),
        strings(at + 68),
        arena.u8(at + 76) == 0 ? Optional.empty() : Optional.of(arena.string(at + 80)));
  }

  private Set<String> strings(int at) {
    int first = arena.pointer(at);
    int count = arena.i32(at + 4);
    Set<String> strings = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      strings.add(arena.string(first + 8 * i));
    }
    return strings;
  }

  Optional<ContextManifest> manifest(int model, String name) {
    byte[] nameUtf8 = utf8(name);
    arena.begin(nameUtf8.length + MANIFEST_BYTES_MAX + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(nameUtf8);
    int result = arena.area(16, 4);
    int base = arena.open();
    SnapshotImports.manifest(model, base + nameAt, nameUtf8.length, base + result);
    arena.checkOk(result);
    return arena.u8(result + 4) == 0
        ? Optional.empty()
        : Optional.of(ContextManifest.parse(arena.string(result + 8)));
  }

  RuntimeIdentity runtime(int model) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(48, 4);
    int base = arena.open();
    SnapshotImports.runtime(model, base + result);
    return new RuntimeIdentity(
        arena.string(result),
        arena.string(result + 8),
        arena.string(result + 16),
        arena.string(result + 24),
        arena.string(result + 32),
        arena.string(result + 40));
  }

  /** An import that takes a name. Called with the arena open: it must not allocate. */
  private interface NameCall {
    void call(int name, int length, int result);
  }

  /** Calls an import that returns a {@code result} of at most twelve bytes; where it is. */
  private int call(String name, NameCall call) {
    byte[] nameUtf8 = utf8(name);
    arena.begin(nameUtf8.length + WasmRuntime.SHORT_TEXT_BYTES);
    int nameAt = arena.putBytes(nameUtf8);
    int result = arena.area(12, 4);
    int base = arena.open();
    call.call(base + nameAt, nameUtf8.length, base + result);
    return result;
  }
}
