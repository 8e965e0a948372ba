package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random operations of a store, with what has to come of them. */
final class StoreSteps {
  static final List<String> USERS = List.of("alice", "bob");
  static final List<String> NAMES = List.of("a", "b", "C", "d/e");

  /** What a step does. */
  interface Operation {
    void run(SnapshotStore store) throws SnapshotException;
  }

  /**
   * A step, and what has to come of it.
   *
   * @param synced users whose names are certain if it is done
   * @param refusal why it has to be refused, or null
   * @param changes of the names, if it is done
   */
  record Step(
      String what,
      Set<String> synced,
      @Nullable Reason refusal,
      Map<SnapshotName, Optional<Expected>> changes,
      Operation operation) {

    Step refusedIf(boolean refused, Reason reason) {
      return refused ? new Step(what, Set.of(), reason, Map.of(), operation) : this;
    }
  }

  /** A snapshot that is kept open. */
  record Held(SnapshotStore store, StoredSnapshot snapshot, Expected expected) {}

  /** An archive that is on disk, and what it becomes when it is imported at some time. */
  record Exported(Path file, Function<Instant, Expected> imported) {}

  private static final int HELD_MAX = 6;

  private final Random random;
  private final StoreModel model;
  private final Path folder;
  private final List<Held> held = new ArrayList<>();
  private final List<Exported> exports = new ArrayList<>();
  private final Function<Path, String> sha256;
  private int files;

  /**
   * @param folder for archives
   * @param sha256 of a file
   */
  StoreSteps(Random random, StoreModel model, Path folder, Function<Path, String> sha256) {
    this.random = random;
    this.model = model;
    this.folder = folder;
    this.sha256 = sha256;
  }

  List<Held> held() {
    return held;
  }

  Step choose() {
    int operation = random.nextInt(20);
    List<SnapshotName> visible = model.visible();
    SnapshotName name =
        operation < 4 || visible.isEmpty() || random.nextInt(8) == 0
            ? name()
            : visible.get(random.nextInt(visible.size()));
    Optional<Expected> there = model.get(name);
    Step step =
        switch (operation) {
          case 0, 1, 2, 3, 4, 5 -> save(name, random.nextBoolean());
          case 6, 7 -> open(name);
          case 8, 9 -> take(name);
          case 10 -> change("delete " + name, name, Optional.empty(), store -> store.delete(name));
          case 11, 12 -> rename(name);
          case 13 -> grant(name);
          case 14 -> list(name.user());
          case 15 -> describe(name);
          case 16 -> export(name);
          case 17 -> exports.isEmpty() ? list(name.user()) : importTo(name);
          default -> collect();
        };
    boolean needsName = !step.what.matches("(save|list|collect|import).*");
    return step.refusedIf(needsName && there.isEmpty(), Reason.NOT_FOUND);
  }

  SnapshotName name() {
    return new SnapshotName(
        USERS.get(random.nextInt(USERS.size())), NAMES.get(random.nextInt(NAMES.size())));
  }

  private Step change(
      String what, SnapshotName name, Optional<Expected> after, Operation operation) {
    return new Step(what, Set.of(name.user()), null, Map.of(name, after), operation);
  }

  private static Step read(String what, Operation operation) {
    return new Step(what, Set.of(), null, Map.of(), operation);
  }

  private Step save(SnapshotName name, boolean replace) {
    Optional<Instant> expires =
        random.nextInt(5) == 0
            ? Optional.of(model.now().plusSeconds(1 + random.nextInt(200)))
            : Optional.empty();
    Expected snapshot = Snapshots.ofPages(pages());
    Expected saved = snapshot.with(Snapshots.manifest(snapshot.pages().size(), expires, Set.of()));
    return change(
            "save " + name + (replace ? " over " : " ") + saved.pages(),
            name,
            Optional.of(saved),
            store -> store.save(name, saved.manifest(), sources(store, saved), replace))
        .refusedIf(!replace && model.get(name).isPresent(), Reason.EXISTS);
  }

  /** Mostly pages that other snapshots have, too. */
  private List<Long> pages() {
    List<Long> pages = new ArrayList<>();
    int count = random.nextInt(7);
    for (int i = 0; i < count; i++) {
      pages.add(random.nextInt(3) > 0 ? random.nextLong(12) : random.nextLong(1L << 40));
    }
    return pages;
  }

  /** Bytes, or a copy on disk, or both. */
  private List<PageSource> sources(SnapshotStore store, Expected snapshot) {
    List<PageSource> sources = new ArrayList<>();
    for (PageSource source : snapshot.sources()) {
      StoredPage stored =
          held.stream()
              .filter(some -> some.store() == store)
              .flatMap(some -> some.snapshot.pages().stream())
              .filter(page -> page.key().equals(source.key()))
              .findAny()
              .orElse(null);
      boolean onDisk = stored != null && random.nextBoolean();
      sources.add(
          new PageSource(
              source.key(),
              onDisk ? stored : null,
              onDisk && random.nextBoolean() ? null : source.bytes()));
    }
    return sources;
  }

  private Step open(SnapshotName name) {
    return read("open " + name, store -> hold(store, store.open(name), expected(name)));
  }

  private Step take(SnapshotName name) {
    Optional<Expected> before = model.get(name);
    return change(
        "take " + name,
        name,
        Optional.empty(),
        store -> hold(store, store.take(name), before.orElseThrow()));
  }

  private void hold(SnapshotStore store, StoredSnapshot snapshot, Expected expected) {
    if (snapshot.isWhole()) {
      held.add(new Held(store, snapshot, expected));
    }
    if (held.size() > HELD_MAX) {
      held.remove(random.nextInt(held.size()));
    }
  }

  private Expected expected(SnapshotName name) {
    return model.get(name).orElseThrow();
  }

  private Step rename(SnapshotName from) {
    SnapshotName to = new SnapshotName(from.user(), NAMES.get(random.nextInt(NAMES.size())));
    boolean taken = model.get(to).isPresent();
    return new Step(
            "rename " + from + " to " + to.name(),
            Set.of(from.user()),
            null,
            taken || model.get(from).isEmpty()
                ? Map.of()
                : Map.of(from, Optional.empty(), to, model.get(from)),
            store -> store.rename(from, to.name()))
        .refusedIf(taken, Reason.EXISTS);
  }

  private Step grant(SnapshotName name) {
    String user = random.nextBoolean() ? "bob" : "carol";
    boolean grant = random.nextBoolean();
    Optional<Expected> after = model.get(name).map(some -> granted(some, user, grant));
    return change(
        (grant ? "grant " : "revoke ") + name + " to " + user,
        name,
        after,
        store -> {
          if (grant) {
            store.grant(name, user);
          } else {
            store.revoke(name, user);
          }
        });
  }

  private static Expected granted(Expected snapshot, String user, boolean grant) {
    Set<String> grants = new HashSet<>(snapshot.manifest().grants());
    Consumer<String> change = grant ? grants::add : grants::remove;
    change.accept(user);
    return snapshot.with(snapshot.manifest().withGrants(grants));
  }

  private Step list(String user) {
    return read(
        "list " + user,
        store ->
            assertThat(store.list(user).stream().filter(info -> info.problem().isEmpty()))
                .extracting(SnapshotInfo::name)
                .isSubsetOf(model.visible()));
  }

  private Step describe(SnapshotName name) {
    return read(
        "describe " + name,
        store -> {
          SnapshotInfo info = store.describe(name);
          if (info.problem().isEmpty()) {
            assertThat(info.tokens()).isEqualTo(expected(name).manifest().tokens().length);
            assertThat(info.grants()).isEqualTo(expected(name).manifest().grants());
          }
        });
  }

  private Step export(SnapshotName name) {
    Path file = folder.resolve(files++ + ".zip");
    return read(
        "export " + name + " to " + file,
        store -> {
          store.exportTo(name, file);
          Expected expected = expected(name);
          String sha = sha256.apply(file);
          exports.add(
              new Exported(file, now -> expected.with(expected.manifest().imported(sha, now))));
        });
  }

  private Step importTo(SnapshotName name) {
    Exported exported = exports.get(random.nextInt(exports.size()));
    return change(
            "import " + exported.file + " as " + name,
            name,
            Optional.of(exported.imported.apply(model.now())),
            store -> store.importFrom(exported.file, name, Snapshots::importedKeys))
        .refusedIf(model.get(name).isPresent(), Reason.EXISTS);
  }

  private Step collect() {
    return new Step("collect", Set.copyOf(USERS), null, Map.of(), SnapshotStore::collect);
  }
}
