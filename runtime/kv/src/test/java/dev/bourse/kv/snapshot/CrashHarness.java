package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import tools.jackson.core.json.JsonFactory;

/**
 * Kills processes that change a store, with SIGKILL at random times, and looks after each kill:
 * what was acknowledged is there to the last byte, what was begun is there as a whole or not at
 * all, and nothing else is.
 */
final class CrashHarness {
  private static final int ACTIVE_MS_MAX = 150;

  private final Path folder;
  private final Random random;
  private final StoreModel model = new StoreModel(Snapshots.NOW);
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<Map<SnapshotName, Optional<Expected>>> interrupted = new ArrayList<>();
  private int kills;

  /**
   * @param folder of the store, a real one
   */
  CrashHarness(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
  }

  /** How often each thing happened. */
  Map<String, Integer> counts() {
    return counts;
  }

  int kills() {
    return kills;
  }

  /** Starts one process or two, kills them, and looks. */
  void cycle() throws Exception {
    List<Child> children = new ArrayList<>();
    for (String user : random.nextInt(3) > 0 ? List.of("alice") : List.of("alice", "bob")) {
      children.add(start(user));
    }
    try {
      for (Child child : children) {
        child.awaitReady();
      }
      Thread.sleep(random.nextInt(ACTIVE_MS_MAX));
    } finally {
      for (Child child : children) {
        // Not the process itself: that would throw away what it has said.
        child.process.toHandle().destroyForcibly();
      }
    }
    for (Child child : children) {
      kills++;
      child.replay();
    }
    verify();
  }

  private Child start(String user) throws IOException, URISyntaxException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx64m",
            "-cp",
            classPath(),
            CrashChild.class.getName(),
            folder.toString(),
            user,
            String.valueOf(random.nextLong()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Child(user, process, process.inputReader());
  }

  private static String classPath() throws URISyntaxException {
    List<String> paths = new ArrayList<>();
    for (Class<?> used :
        List.of(CrashChild.class, SnapshotStore.class, JsonFactory.class, Assertions.class)) {
      paths.add(
          Path.of(used.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, paths);
  }

  /** A process, and what it says. */
  private final class Child {
    private final String user;
    private final Process process;
    private final BufferedReader lines;

    Child(String user, Process process, BufferedReader lines) {
      this.user = user;
      this.process = process;
      this.lines = lines;
    }

    void awaitReady() throws IOException {
      if (!"ready".equals(lines.readLine())) {
        fail("the process of %s ended before it began", user);
      }
    }

    /** Does to the model what the process has done to the store until it was killed. */
    void replay() throws IOException, InterruptedException {
      assertThat(process.waitFor()).as("killed by a signal").isEqualTo(128 + 9);
      String what = lines.readLine();
      while (what != null) {
        String outcome = lines.readLine();
        String verb = what.substring(0, (what + " ").indexOf(' '));
        if (outcome == null) {
          count("killed in " + verb);
          interrupted.add(changes(what));
          model.inDoubt(changes(what));
        } else if (outcome.equals("ok")) {
          count(verb);
          model.acknowledged(user, Map.of());
          changes(what).forEach((name, after) -> model.acknowledged(user, Map.of(name, after)));
        } else {
          count("refused");
          assertThat(outcome).as(what).matches("no (NOT_FOUND|EXISTS) .*");
        }
        what = outcome == null ? null : lines.readLine();
      }
    }

    /** What an operation changes, if it is done. */
    private Map<SnapshotName, Optional<Expected>> changes(String what) {
      String[] words = what.split(" ", -1);
      SnapshotName name = new SnapshotName(user, words.length > 1 ? words[1] : "none");
      return switch (words[0]) {
        case "collect" -> Map.of();
        case "save", "replace" -> {
          boolean refused = words[0].equals("save") && model.get(name).isPresent();
          yield refused ? Map.of() : Map.of(name, Optional.of(Snapshots.ofPages(pages(words[2]))));
        }
        case "rename" -> {
          SnapshotName to = new SnapshotName(user, words[2]);
          boolean refused = model.get(name).isEmpty() || model.get(to).isPresent();
          yield refused ? Map.of() : Map.of(name, Optional.empty(), to, model.get(name));
        }
        default -> Map.of(name, Optional.empty());
      };
    }

    private static List<Long> pages(String list) {
      return Arrays.stream(list.split(",", -1)).map(Long::valueOf).toList();
    }
  }

  private void verify() throws IOException {
    try (SnapshotStore store = SnapshotStore.open(folder, StoreConfig.defaults())) {
      for (SnapshotName name : model.inDoubt()) {
        model.seen(name, Snapshots.look(store, name, model.possible(name)));
      }
      model.certain();
      interrupted.forEach(model::assertWhole);
      interrupted.clear();
      verifyAll(store);
      if (random.nextInt(4) == 0) {
        Collected collected = store.collect();
        assertThat(collected.problems()).isEmpty();
        count("leftovers", collected.leftovers());
        verifyNoGarbage();
        verifyAll(store);
      }
    }
  }

  private void verifyAll(SnapshotStore store) throws SnapshotException {
    for (String user : List.of("alice", "bob")) {
      List<SnapshotInfo> infos = store.list(user);
      assertThat(infos).allSatisfy(info -> assertThat(info.problem()).isEmpty());
      assertThat(infos)
          .extracting(SnapshotInfo::name)
          .isEqualTo(model.visible().stream().filter(name -> name.user().equals(user)).toList());
      for (SnapshotInfo info : infos) {
        Snapshots.look(store, info.name(), Set.of(model.get(info.name())));
      }
    }
  }

  /** Nothing is left in the folder but what names refer to. */
  private void verifyNoGarbage() throws IOException {
    Set<String> live = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder.resolve("names"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        StoredManifest manifest = ManifestFile.decode(Files.readAllBytes(file));
        manifest.runs().forEach(run -> live.add(run.first().segment() + ".segment"));
      }
    }
    assertThat(list("segments")).isEqualTo(live);
    assertThat(list("tmp")).isEmpty();
  }

  private Set<String> list(String in) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(in))) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void count(String what) {
    count(what, 1);
  }

  private void count(String what, int times) {
    counts.merge(what, times, Integer::sum);
  }
}
