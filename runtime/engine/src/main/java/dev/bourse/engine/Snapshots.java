package dev.bourse.engine;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.Page;
import dev.bourse.kv.PageCache;
import dev.bourse.kv.PageImage;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.snapshot.DamagedPageException;
import dev.bourse.kv.snapshot.PageSource;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.kv.snapshot.StoredSnapshot;
import dev.bourse.model.LoraAdapter;
import java.lang.foreign.MemorySegment;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Contexts under names. Files are read and written without the engine's lock; a context that is
 * being saved is free to go on, for what is written is a fork of it.
 */
final class Snapshots {
  private static final String GRANTED_BY = "@";

  private final Engine engine;
  private final PageCache cache;
  private final SnapshotSource source;
  private final ModelIdentity identity;

  Snapshots(Engine engine, PageCache cache, SnapshotSource source, ModelIdentity identity) {
    this.engine = engine;
    this.cache = cache;
    this.source = source;
    this.identity = identity;
  }

  void save(Context context, String name, SaveOptions options) throws InterruptedException {
    save(context, own(context.process(), name), options);
  }

  String snapshot(Context context) throws InterruptedException {
    String name = "snapshot-" + UUID.randomUUID();
    save(context, own(context.process(), name), SaveOptions.DEFAULT);
    return name;
  }

  Context open(EngineProcess process, String name, Consumer<Optional<String>> check)
      throws InterruptedException {
    StoredSnapshot snapshot = told(() -> openGranted(process, name));
    check.accept(snapshot.manifest().contextManifest());
    return adopt(process, name, snapshot);
  }

  boolean has(EngineProcess process, String name) {
    SnapshotName full = named(process, name);
    boolean own = full.user().equals(process.user());
    try {
      SnapshotManifest manifest = source.store().open(full).manifest();
      return own || manifest.grants().contains(process.user());
    } catch (SnapshotException e) {
      if (own && e.reason() != SnapshotException.Reason.NOT_FOUND) {
        throw new EngineException(String.valueOf(e.getMessage()), e);
      }
      return false;
    }
  }

  Context take(EngineProcess process, String name) throws InterruptedException {
    SnapshotName own = own(process, name);
    // Opened first: what cannot be opened is not deleted.
    StoredSnapshot opened = told(() -> source.store().open(own));
    Context context = adopt(process, name, opened);
    try {
      StoredSnapshot taken = told(() -> source.store().take(own));
      demote(own);
      if (taken.manifest().equals(opened.manifest())) {
        return context;
      }
      // It was replaced in between.
      Context other = adopt(process, name, taken);
      context.destroy();
      return other;
    } catch (EngineException e) {
      context.destroy();
      throw e;
    }
  }

  void delete(EngineProcess process, String name) {
    SnapshotName own = own(process, name);
    told(
        () -> {
          source.store().delete(own);
          return name;
        });
    demote(own);
  }

  void rename(EngineProcess process, String from, String to) {
    SnapshotName own = own(process, from);
    told(
        () -> {
          source.store().rename(own, to);
          return to;
        });
    demote(own);
  }

  /** Has a snapshot brought to memory and kept there, by a process that pays for nothing else. */
  void fund(EngineProcess process, String name, double credits) throws InterruptedException {
    SnapshotName own = own(process, name);
    Budget budget = Budget.ofCredits(credits);
    // First, for what was laid by comes back even if the snapshot is gone.
    demote(own);
    if (credits == 0) {
      return;
    }
    StoredSnapshot snapshot = told(() -> source.store().open(own));
    EngineProcess keeper = process.openChild("snapshot " + name, 1, budget);
    try {
      Context context = adopt(keeper, name, snapshot);
      engine.lock.lockInterruptibly();
      try {
        engine.restorer.restore(context);
        engine.funded.add(own, keeper);
      } finally {
        engine.lock.unlock();
      }
    } catch (EngineException | InterruptedException e) {
      keeper.close();
      throw e;
    }
  }

  OptionalDouble funds(EngineProcess process, String name) {
    SnapshotName own = own(process, name);
    return engine.locked(() -> engine.funded.left(own));
  }

  private void demote(SnapshotName name) {
    engine.locked(
        () -> {
          engine.funded.demote(name);
          return null;
        });
  }

  List<SnapshotInfo> list(EngineProcess process) {
    return told(() -> source.store().list(process.user()));
  }

  SnapshotInfo describe(EngineProcess process, String name) {
    return told(
        () -> {
          SnapshotName full = named(process, name);
          openGranted(process, name);
          SnapshotInfo info = source.store().describe(full);
          return info;
        });
  }

  Optional<String> contextManifest(EngineProcess process, String name) {
    return told(() -> openGranted(process, name)).manifest().contextManifest();
  }

  // Saving.

  private void save(Context context, SnapshotName name, SaveOptions options)
      throws InterruptedException {
    try {
      save(context, name, options, false);
    } catch (EngineException e) {
      if (!(e.getCause() instanceof DamagedPageException)) {
        throw e;
      }
      // A page was to be copied from another snapshot; it may be computed again.
      save(context, name, options, true);
    }
  }

  private void save(Context context, SnapshotName name, SaveOptions options, boolean inMemory)
      throws InterruptedException {
    PageTable image;
    AttentionWindow window;
    engine.lock.lockInterruptibly();
    try {
      context.awaitIdle();
      if (inMemory
          || context.table().sharesTail()
          || context.table().absentPages().stream().anyMatch(page -> page.stored() == null)) {
        engine.restorer.restore(context);
      }
      image = context.table().fork();
      image.pin();
      window = context.attentionWindow();
      engine.addImage(image);
    } finally {
      engine.lock.unlock();
    }
    try {
      SnapshotManifest manifest = manifest(image, window, options);
      List<Page> pages = SnapshotManifests.storedPages(image);
      List<Saved> saved = engine.locked(() -> pages.stream().map(Snapshots::saved).toList());
      List<PageSource> sources = saved.stream().map(this::source).toList();
      List<StoredPage> stored =
          told(() -> source.store().save(name, manifest, sources, options.replace()));
      demote(name);
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

  private SnapshotManifest manifest(PageTable image, AttentionWindow window, SaveOptions options) {
    try {
      return SnapshotManifests.of(image, window, identity.fingerprint(), options);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new EngineException("the context cannot be saved so: " + e.getMessage(), e);
    }
  }

  /** A page to save: its copy on disk, if it has one, and its frame, or -1. */
  private record Saved(Page page, @Nullable StoredPage stored, int frame) {}

  private static Saved saved(Page page) {
    StoredPage stored = page.stored() instanceof StoredPage on ? on : null;
    return new Saved(page, stored, page.isResident() ? page.frame() : -1);
  }

  /** The image pins its pages, so a frame stays what it is until the image is removed. */
  private PageSource source(Saved saved) {
    PageKey key = saved.page.key();
    if (saved.frame < 0) {
      return new PageSource(key, saved.stored, null);
    }
    MemorySegment frame = cache.pool().frame(saved.frame);
    KvLayout layout = cache.pool().layout();
    int rows = saved.page.content().length();
    boolean full = rows == layout.pageTokens();
    return new PageSource(key, saved.stored, full ? frame : PageImage.of(layout, frame, rows));
  }

  // Opening.

  private Context adopt(EngineProcess process, String name, StoredSnapshot snapshot) {
    SnapshotManifest manifest = snapshot.manifest();
    identity.requireSame(name, manifest);
    List<LoraAdapter> adapters = adapters(process, name, manifest);
    requireFits(name, manifest);
    return engine.locked(
        () -> {
          process.requireRoomForContext();
          Context context =
              process.adopt(
                  SnapshotManifests.table(cache, process.lineage(), manifest, snapshot.pages()),
                  process.nextSeed());
          context.see(AttentionWindow.of(manifest.window()));
          try {
            adapters.forEach(context.adapters()::hold);
          } catch (EngineException e) {
            context.destroy();
            throw e;
          }
          return context;
        });
  }

  /** What the rows of a snapshot were computed with; the user must have it, to go on. */
  private List<LoraAdapter> adapters(
      EngineProcess process, String name, SnapshotManifest manifest) {
    List<LoraAdapter> adapters = new ArrayList<>();
    try {
      for (String digest : AdapterRuns.of(manifest.fingerprint().adapter()).digests()) {
        Optional<LoraAdapter> found = engine.adapters().find(process.user(), digest);
        adapters.add(
            found.orElseThrow(
                () ->
                    new EngineException(
                        "snapshot \"%s\" was computed with adapter %s…, which %s does not have: load it first"
                            .formatted(name, digest.substring(0, 12), process.user()))));
      }
    } catch (IllegalArgumentException e) {
      throw new EngineException("snapshot \"" + name + "\" is damaged: " + e.getMessage(), e);
    }
    return adapters;
  }

  private void requireFits(String name, SnapshotManifest manifest) {
    long pages = SnapshotManifests.footprint(manifest, cache.pool().layout());
    if (pages > cache.pool().pageCount()) {
      throw new EngineException(
          "snapshot \"%s\" has %d pages, the whole KV cache only %d: raise its size"
              .formatted(name, pages, cache.pool().pageCount()));
    }
  }

  private StoredSnapshot openGranted(EngineProcess process, String name) throws SnapshotException {
    SnapshotName full = named(process, name);
    StoredSnapshot snapshot;
    try {
      snapshot = source.store().open(full);
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
    return new NoSuchSnapshotException(
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
      String message = String.valueOf(e.getMessage());
      throw e.reason() == SnapshotException.Reason.NOT_FOUND
          ? new NoSuchSnapshotException(message)
          : new EngineException(message, e);
    }
  }
}
