package dev.bourse.engine;

import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageImage;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.snapshot.PageSource;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.kv.snapshot.StoredSnapshot;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Contexts under names. Files are read and written without the engine's lock; a context that is
 * being saved is free to go on, for what is written is a fork of it.
 */
final class Snapshots {
  private static final String GRANTED_BY = "@";

  private final Engine engine;
  private final PageCache cache;
  private final SnapshotStore store;
  private final ModelIdentity identity;

  Snapshots(Engine engine, PageCache cache, SnapshotStore store) {
    this.engine = engine;
    this.cache = cache;
    this.store = store;
    this.identity = new ModelIdentity(engine.model(), cache.pool().layout());
  }

  void save(Context context, String name, SaveOptions options) throws InterruptedException {
    save(context, own(context.process(), name), options);
  }

  String snapshot(Context context) throws InterruptedException {
    String name = "snapshot-" + UUID.randomUUID();
    save(context, own(context.process(), name), SaveOptions.DEFAULT);
    return name;
  }

  Context open(EngineProcess process, String name) throws InterruptedException {
    return adopt(process, name, () -> openGranted(process, name));
  }

  Context take(EngineProcess process, String name) throws InterruptedException {
    // Looked at first: what cannot be opened is not deleted.
    adopt(process, name, () -> openGranted(process, name)).destroy();
    return adopt(process, name, () -> store.take(own(process, name)));
  }

  void delete(EngineProcess process, String name) {
    told(
        () -> {
          store.delete(own(process, name));
          return name;
        });
  }

  void rename(EngineProcess process, String from, String to) {
    told(
        () -> {
          store.rename(own(process, from), to);
          return to;
        });
  }

  List<SnapshotInfo> list(EngineProcess process) {
    return told(() -> store.list(process.user()));
  }

  SnapshotInfo describe(EngineProcess process, String name) {
    return told(
        () -> {
          SnapshotName full = named(process, name);
          openGranted(process, name);
          SnapshotInfo info = store.describe(full);
          return info;
        });
  }

  Optional<String> contextManifest(EngineProcess process, String name) {
    return told(() -> openGranted(process, name)).manifest().contextManifest();
  }

  // Saving.

  private void save(Context context, SnapshotName name, SaveOptions options)
      throws InterruptedException {
    PageTable image;
    SnapshotManifest manifest;
    List<Page> pages;
    List<PageSource> sources;
    engine.lock.lockInterruptibly();
    try {
      context.awaitIdle();
      if (context.table().sharesTail()
          || context.table().absentPages().stream().anyMatch(page -> page.stored() == null)) {
        engine.restorer.restore(context);
      }
      image = context.table().fork();
      image.pin();
      engine.addImage(image);
    } finally {
      engine.lock.unlock();
    }
    try {
      manifest = manifest(image, options);
      pages = SnapshotManifests.storedPages(image);
      sources = engine.locked(() -> pages.stream().map(this::source).toList());
      List<StoredPage> stored = told(() -> store.save(name, manifest, sources, options.replace()));
      engine.locked(
          () -> {
            for (int i = 0; i < stored.size(); i++) {
              cache.stored(pages.get(i), stored.get(i));
            }
            return null;
          });
    } finally {
      engine.locked(
          () -> {
            engine.removeImage(image);
            return null;
          });
    }
  }

  private SnapshotManifest manifest(PageTable image, SaveOptions options) {
    try {
      return SnapshotManifests.of(image, identity.fingerprint(), options);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new EngineException("the context cannot be saved so: " + e.getMessage(), e);
    }
  }

  /** The image pins its pages, so a frame stays what it is until the image is removed. */
  private PageSource source(Page page) {
    StoredPage stored = page.stored() instanceof StoredPage on ? on : null;
    if (!page.isResident()) {
      return new PageSource(page.key(), stored, null);
    }
    var frame = cache.pool().frame(page.frame());
    int rows = page.content().length();
    boolean full = rows == cache.pool().layout().pageTokens();
    return new PageSource(
        page.key(), stored, full ? frame : PageImage.of(cache.pool().layout(), frame, rows));
  }

  // Opening.

  private Context adopt(EngineProcess process, String name, Asked<StoredSnapshot> asked)
      throws InterruptedException {
    engine.locked(
        () -> {
          process.requireRoomForContext();
          return null;
        });
    StoredSnapshot snapshot = told(asked);
    SnapshotManifest manifest = snapshot.manifest();
    identity.requireSame(name, manifest);
    return engine.locked(
        () -> {
          process.requireRoomForContext();
          PageTable table =
              SnapshotManifests.table(cache, process.lineage(), manifest, snapshot.pages());
          if (table.footprint() > cache.pool().pageCount()) {
            int footprint = table.footprint();
            table.release();
            throw new EngineException(
                "snapshot \""
                    + name
                    + "\" has "
                    + footprint
                    + " pages, the whole KV cache only "
                    + cache.pool().pageCount()
                    + ": raise its size");
          }
          return process.adopt(table, process.nextSeed());
        });
  }

  private StoredSnapshot openGranted(EngineProcess process, String name) throws SnapshotException {
    SnapshotName full = named(process, name);
    StoredSnapshot snapshot;
    try {
      snapshot = store.open(full);
    } catch (SnapshotException e) {
      // Whoever may not see a snapshot does not learn whether there is one.
      if (full.user().equals(process.user())) {
        throw e;
      }
      throw notThere(full);
    }
    if (!full.user().equals(process.user())
        && !snapshot.manifest().grants().contains(process.user())) {
      throw notThere(full);
    }
    return snapshot;
  }

  private static EngineException notThere(SnapshotName name) {
    return new EngineException(
        "there is no snapshot \""
            + name.name()
            + "\" of user "
            + name.user()
            + ", or it was not granted");
  }

  private static SnapshotName own(EngineProcess process, String name) {
    return named(process.user(), name);
  }

  private static SnapshotName named(EngineProcess process, String name) {
    int slash = name.indexOf('/');
    return name.startsWith(GRANTED_BY) && slash > 0
        ? named(name.substring(GRANTED_BY.length(), slash), name.substring(slash + 1))
        : own(process, name);
  }

  private static SnapshotName named(String user, String name) {
    try {
      return new SnapshotName(user, name);
    } catch (IllegalArgumentException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  private interface Asked<T> {
    T ask() throws SnapshotException;
  }

  private static <T> T told(Asked<T> asked) {
    try {
      return asked.ask();
    } catch (SnapshotException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }
}
