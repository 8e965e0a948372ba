package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.snapshot.SimulatedDisk.Killed;
import dev.bourse.kv.snapshot.SnapshotException.Reason;
import dev.bourse.kv.snapshot.Snapshots.Expected;
import dev.bourse.kv.snapshot.StoreSteps.Held;
import dev.bourse.kv.snapshot.StoreSteps.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A random history of two processes that share a folder, on a disk that fails, checked against a
 * map after every step.
 */
final class StoreHistory {
  private static final Path DISK = Path.of("/disk");
  private static final Path FOLDER = DISK.resolve("store");
  private static final Path ARCHIVES = DISK.resolve("archives");
  private static final long QUOTA = 8_000;
  private static final int LOG = 40;

  private final long seed;
  private final Random random;
  private final SimulatedDisk disk;
  private final StoreModel model = new StoreModel(Snapshots.NOW);
  private final StoreSteps steps;
  private final @Nullable SnapshotStore[] stores = new SnapshotStore[2];
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final int faultsPerMille;
  private final boolean crashes;

  StoreHistory(long seed) {
    this.seed = seed;
    // Small seeds give a Random whose first draws are all alike.
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    disk = new SimulatedDisk(new Random(random.nextLong()));
    steps =
        new StoreSteps(
            random,
            model,
            ARCHIVES,
            file -> {
              byte[] bytes = disk.contents(file);
              return HexFormat.of().formatHex(Sha256.of(bytes, bytes.length));
            });
    faultsPerMille = random.nextBoolean() ? 0 : random.nextInt(40);
    crashes = random.nextInt(4) > 0;
  }

  /** How often each thing happened. */
  Map<String, Integer> counts() {
    return counts;
  }

  /** Runs some steps; an error names the seed and the last of them. */
  void run(int count) {
    try {
      Storage setUp = disk.process();
      setUp.createFolder(ARCHIVES);
      setUp.syncFolder(Path.of("/"));
      setUp.syncFolder(DISK);
      for (int i = 0; i < count; i++) {
        step();
      }
      verifyAll();
    } catch (Exception | AssertionError e) {
      List<String> last = log.subList(Math.max(0, log.size() - LOG), log.size());
      throw new AssertionError("seed " + seed + ":\n" + String.join("\n", last), e);
    }
  }

  private void step() throws IOException {
    model.advance(random.nextInt(10));
    int process = random.nextInt(stores.length);
    SnapshotStore store = store(process);
    Step step = steps.choose();
    log.add(process + ": " + step.what());
    long faults = disk.faults();
    disk.failPerMille(faultsPerMille);
    if (crashes && random.nextInt(10) == 0) {
      disk.killAfter(1 + random.nextInt(random.nextBoolean() ? 12 : 120));
    }
    long kills = disk.kills();
    SnapshotException refusal = null;
    try {
      step.operation().run(store);
    } catch (SnapshotException e) {
      refusal = e;
    } catch (Killed e) {
      // Counted: it may hide behind the failure that was on its way.
    }
    disk.failPerMille(0);
    disk.killNobody();
    if (disk.kills() > kills) {
      killed(step, process);
    } else if (refusal != null) {
      refused(step, refusal, disk.faults() > faults);
    } else {
      done(step, disk.faults() > faults);
    }
    verifySome();
    if (random.nextInt(50) == 0) {
      restart(process);
    }
  }

  private void done(Step step, boolean failed) throws IOException {
    count("done");
    if (step.refusal() != null) {
      // A name whose manifest cannot be read may be deleted and renamed, even if it has expired.
      assertThat(failed)
          .as("%s was done, not refused for %s", step.what(), step.refusal())
          .isTrue();
      return;
    }
    step.synced().forEach(user -> model.acknowledged(user, Map.of()));
    step.changes().forEach((name, after) -> model.acknowledged(name.user(), Map.of(name, after)));
    if (step.what().equals("collect") && faultsPerMille == 0) {
      verifyNoGarbage();
    }
  }

  private void refused(Step step, SnapshotException e, boolean failed) throws IOException {
    log.add("   " + e.getMessage());
    if (failed) {
      count("failed");
      model.inDoubt(step.changes());
      resolve(step);
    } else if (e.reason() == Reason.LIMIT) {
      count("over quota");
    } else {
      count("refused");
      if (e.reason() != step.refusal()) {
        throw e;
      }
    }
  }

  private void killed(Step step, int process) throws IOException {
    boolean power = random.nextBoolean();
    count(power ? "power failed" : "killed");
    log.add(power ? "   power failed" : "   killed");
    boolean certain = Collections.disjoint(model.inDoubt(), step.changes().keySet());
    model.inDoubt(step.changes());
    end(process);
    if (power) {
      for (int other = 0; other < stores.length; other++) {
        end(other);
      }
      disk.losePower();
      for (SnapshotName name : model.inDoubt()) {
        resolve(name);
      }
      model.certain();
      if (certain) {
        model.assertWhole(step.changes());
      }
      verifyAll();
    } else {
      resolve(step);
    }
  }

  private void end(int process) {
    SnapshotStore ended = stores[process];
    stores[process] = null;
    steps.held().removeIf(held -> held.store() == ended);
  }

  private void restart(int process) throws SnapshotException {
    store(process).close();
    end(process);
  }

  private SnapshotStore store(int process) throws SnapshotException {
    SnapshotStore store = stores[process];
    if (store == null) {
      StoreConfig config =
          StoreConfig.defaults()
              .withClock(model::now)
              .withBytesPerUser(QUOTA)
              .withSegmentBytes(3 * Snapshots.LAYOUT.pageBytes());
      store = SnapshotStore.open(disk.process(), FOLDER, config);
      stores[process] = store;
    }
    return store;
  }

  private SnapshotStore anyStore() throws SnapshotException {
    return store(random.nextInt(stores.length));
  }

  /** Sees what a step that failed has done. */
  private void resolve(Step step) throws IOException {
    for (SnapshotName name : step.changes().keySet()) {
      resolve(name);
    }
    model.assertWhole(step.changes());
  }

  private Optional<Expected> resolve(SnapshotName name) throws IOException {
    Set<Optional<Expected>> possible = model.possible(name);
    Optional<Expected> seen = Snapshots.look(anyStore(), name, possible);
    model.seen(name, seen);
    return seen;
  }

  private void verifySome() throws IOException {
    SnapshotName name = steps.name();
    Snapshots.look(anyStore(), name, Set.of(model.get(name)));
    if (!steps.held().isEmpty()) {
      Held held = steps.held().get(random.nextInt(steps.held().size()));
      assertThat(held.expected().isIn(held.snapshot())).isTrue();
    }
    if (random.nextInt(100) == 0) {
      verifyAll();
    }
  }

  private void verifyAll() throws IOException {
    for (String user : StoreSteps.USERS) {
      List<SnapshotInfo> infos = anyStore().list(user);
      assertThat(infos).allSatisfy(info -> assertThat(info.problem()).isEmpty());
      assertThat(infos)
          .extracting(SnapshotInfo::name)
          .isEqualTo(model.visible().stream().filter(name -> name.user().equals(user)).toList());
      for (SnapshotInfo info : infos) {
        Snapshots.look(anyStore(), info.name(), Set.of(model.get(info.name())));
      }
    }
  }

  /** After a collection that nothing has disturbed there is what manifests refer to, no more. */
  private void verifyNoGarbage() throws IOException {
    Set<String> live = new TreeSet<>();
    for (String user : StoreSteps.USERS) {
      Path names = FOLDER.resolve("names").resolve(user);
      for (String file : disk.files(names)) {
        StoredManifest manifest = ManifestFile.decode(disk.contents(names.resolve(file)));
        manifest.runs().forEach(run -> live.add(run.first().segment() + ".segment"));
      }
    }
    assertThat(disk.files(FOLDER.resolve("segments"))).isEqualTo(List.copyOf(live));
    assertThat(disk.files(FOLDER.resolve("tmp"))).isEmpty();
    count("collected clean");
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }
}
