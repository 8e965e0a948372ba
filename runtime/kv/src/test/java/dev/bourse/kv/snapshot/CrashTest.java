package dev.bourse.kv.snapshot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some kills, until every change was done; {@code docs/snapshots.md} says how to run 500. */
class CrashTest {
  private static final long SEED = Long.getLong("bourse.store.seed", 1);
  private static final int KILLS = Integer.getInteger("bourse.store.kills", 25);
  private static final Set<String> CHANGES = Set.of("save", "replace", "rename", "collect");

  @Test
  void whatWasAcknowledgedSurvivesAKill(@TempDir Path folder) throws Exception {
    assumeTrue(File.separatorChar == '/', "there is no SIGKILL on this system");
    CrashHarness harness = new CrashHarness(folder.resolve("store"), SEED);
    while (harness.kills() < KILLS || !harness.counts().keySet().containsAll(CHANGES)) {
      harness.cycle();
    }
    System.out.println(harness.kills() + " kills: " + harness.counts());
  }
}
