package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.ModelledContext.Saved;
import dev.bourse.kv.snapshot.SnapshotInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program that does anything at all, and knows what must come of it. It outlives engines: names
 * that were acknowledged are there in the next one.
 */
final class RandomProgram {
  /** A snapshot that others may open, as {@code @owner/name}; it stays what it is. */
  record Granted(String owner, String name, Saved saved) {}

  private static final int CONTEXTS_MAX = 5;

  private final EngineHistory history;
  private final int number;
  private final String user;
  private final Random random;

  /** What each name may hold: one thing, or one of two if the engine ended in the middle. */
  private final Map<String, Set<Optional<Saved>>> names = new TreeMap<>();

  private final List<ModelledContext> contexts = new ArrayList<>();
  private final Map<String, Integer> counts;
  private @Nullable EngineProcess process;
  private int namesMade;
  private String last = "nothing";

  RandomProgram(EngineHistory history, int number, long seed, Map<String, Integer> counts) {
    this.history = history;
    this.number = number;
    this.user = "user " + number % 2;
    this.random = new Random(seed);
    this.counts = counts;
  }

  /** Runs some operations, or until the engine is closed. */
  void run(Engine engine, int operations) throws Exception {
    try {
      open(engine);
      findNames();
      for (int i = 0; i < operations; i++) {
        step(engine);
        if (random.nextInt(history.checkEvery()) == 0) {
          engine.check();
        }
      }
      close();
    } catch (EngineException e) {
      if (!history.isCrashing()) {
        throw new AssertionError("program %d failed after %s".formatted(number, last), e);
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("program %d failed after %s".formatted(number, last), e);
    } finally {
      contexts.clear();
    }
  }

  private void open(Engine engine) {
    String name = "program " + number;
    Budget budget = random.nextInt(3) == 0 ? someBudget().withTokens(1_000_000) : null;
    try {
      if (random.nextInt(3) == 0) {
        // It ends before its child.
        try (EngineProcess parent = engine.openProcess("parent", user, 1, budget)) {
          process = parent.openChild(name, CONTEXTS_MAX + 1, null);
        }
      } else {
        process = engine.openProcess(name, user, CONTEXTS_MAX + 1, budget);
      }
    } catch (EngineException e) {
      if (!isTooMuch(e)) {
        throw e;
      }
      process = engine.openProcess(name, user, CONTEXTS_MAX + 1);
    }
  }

  private Budget someBudget() {
    double credits = random.nextBoolean() ? 0 : Math.exp(random.nextInt(16) - 12);
    return new Budget(credits, random.nextInt(4), OptionalLong.empty());
  }

  private static boolean isTooMuch(EngineException e) {
    return String.valueOf(e.getMessage()).contains("is more than there is");
  }

  private EngineProcess process() {
    if (process == null) {
      throw new IllegalStateException("the program has no process");
    }
    return process;
  }

  private void close() {
    process().close();
    contexts.clear();
  }

  private void step(Engine engine) throws Exception {
    int choice = random.nextInt(100);
    if (contexts.isEmpty() || (choice < 4 && contexts.size() < CONTEXTS_MAX)) {
      did("create");
      contexts.add(
          new ModelledContext(
              process().newContext(), history.observed(), history.name() + ", program " + number));
    } else if (choice == 4) {
      did("close process");
      submitSomething(any());
      close();
      open(engine);
    } else {
      ModelledContext context = any();
      try {
        if (random.nextInt(4) == 0) {
          bid(context);
        }
        if (choice == 5) {
          did("save storm");
          for (int i = 0; i < 4; i++) {
            names(context, i % 2 == 0 ? 6 : 16);
          }
        } else if (choice < 20) {
          names(context, choice);
        } else {
          use(context, choice);
        }
      } catch (EngineException e) {
        // Where pages were dropped and cannot be spilled, memory may run out for good.
        if (!isOutOfMemory(e)) {
          throw e;
        }
        did("refused");
        context.check();
        destroy(context);
      }
    }
  }

  private static boolean isOutOfMemory(EngineException e) {
    return String.valueOf(e.getMessage()).contains("out of KV pages");
  }

  private void use(ModelledContext context, int choice) throws Exception {
    if (choice < 24) {
      did("child");
      child(context);
    } else if (choice < 45) {
      did("fill");
      fill(context);
    } else if (choice < 60) {
      did("generate");
      generate(context);
    } else if (choice < 65) {
      did("passes at once");
      int passes = 1 + random.nextInt(4);
      context.reserveFor(Math.min(room(context), 10 * passes));
      for (int i = 0; i < passes; i++) {
        submitSomething(context);
      }
      context.await();
    } else if (choice < 72 && contexts.size() < CONTEXTS_MAX) {
      did("fork");
      submitSomething(context);
      ModelledContext fork = context.fork();
      try {
        context.await();
        contexts.add(fork);
      } catch (EngineException e) {
        fork.context.destroy(); // It was not made from what the model says.
        throw e;
      }
    } else if (choice < 78) {
      did("truncate");
      context.truncate(random);
    } else if (choice < 81) {
      did("release");
      context.release(random);
    } else if (choice < 86) {
      did("commit");
      context.commit(random);
    } else if (choice < 92) {
      did("suspend");
      context.context.suspend();
    } else if (choice < 94) {
      did("window");
      context.window(random.nextInt(20), 8 + random.nextInt(60));
    } else if (choice < 96 && context.fullPages() > 2) {
      did("drop pages");
      int first = random.nextInt(context.fullPages() - 1);
      context.dropPages(first, 1 + random.nextInt(context.fullPages() - 1 - first));
    } else {
      did("destroy");
      submitSomething(context);
      destroy(context);
      return;
    }
    context.check();
  }

  /** A process of its own, which ends in the middle of a pass, as its sibling does something. */
  private void child(ModelledContext sibling) throws Exception {
    EngineProcess child;
    try {
      child = process().openChild("child", 1, random.nextBoolean() ? someBudget() : null);
    } catch (EngineException e) {
      if (isTooMuch(e)) {
        return;
      }
      throw e;
    }
    try {
      ModelledContext context =
          new ModelledContext(
              child.newContext(), history.observed(), history.name() + ", child of " + number);
      bid(context);
      fill(context);
      submitSomething(sibling);
      submitSomething(context);
      if (random.nextBoolean()) {
        context.await();
      }
    } finally {
      child.close();
      sibling.await();
    }
  }

  private void bid(ModelledContext context) throws Exception {
    did("bid");
    switch (random.nextInt(9)) {
      case 0 -> context.context.bid(0);
      case 1 -> context.context.bid(Double.POSITIVE_INFINITY);
      case 2 -> context.context.bid(Double.NaN, 1e300);
      case 3 -> context.context.bid(Double.MAX_VALUE, -1);
      case 4 -> context.context.bidAutomatically();
      case 5 -> context.context.horizon(random.nextInt(2_000));
      case 6 -> {
        did("flapping bids");
        submitSomething(context);
        for (int i = 0; i < 20; i++) {
          context.context.bid(i % 2 == 0 ? 1e9 : 0, i % 3 == 0 ? 1e9 : 0);
          Thread.sleep(0, 100_000);
        }
        context.await();
      }
      default -> context.context.bid(someBid(), someBid());
    }
    Context.Bids bids = context.context.bids();
    assertThat(bids.perPage()).isNotNegative();
    assertThat(bids.perToken()).isNotNegative();
    assertThat(context.context.rent()).isNotNegative();
  }

  private double someBid() {
    return Math.exp(random.nextInt(30) - 20);
  }

  private void destroy(ModelledContext context) {
    context.context.destroy();
    contexts.remove(context);
  }

  private ModelledContext any() {
    return contexts.get(random.nextInt(contexts.size()));
  }

  private int room(ModelledContext context) {
    return Math.max(0, history.tokensMax() - context.length());
  }

  private void fill(ModelledContext context) throws Exception {
    int count = Math.min(room(context), 1 + random.nextInt(40));
    if (count > 0) {
      context.reserveFor(count);
      context.submit(tokens(context, count), random.nextInt(8) == 0 ? someSlots(context) : null);
      context.await();
    }
  }

  private void generate(ModelledContext context) throws Exception {
    fill(context);
    int drawn = random.nextInt(2000);
    for (int i = random.nextInt(8); i > 0 && room(context) > 0; i--) {
      context.reserveFor(1);
      context.submit(new int[] {drawn}, null);
      drawn = context.await();
    }
  }

  /** A pass into the room that is there, whose end nobody waits for yet. */
  private void submitSomething(ModelledContext context) {
    int room = context.pages() * context.context.tokensPerPage() - context.length();
    if (room > 0) {
      int count = 1 + random.nextInt(Math.min(room, 10));
      context.submit(tokens(context, count), random.nextInt(4) == 0 ? someSlots(context) : null);
    }
  }

  /** Mostly from a prompt that others use as well. */
  private int[] tokens(ModelledContext context, int count) {
    int[] tokens = random.ints(count, 0, 2000).toArray();
    if (random.nextInt(4) > 0) {
      int[] prompt = history.prompt(random);
      System.arraycopy(prompt, context.length(), tokens, 0, count);
    }
    return tokens;
  }

  private BitSet someSlots(ModelledContext context) {
    BitSet slots = new BitSet();
    int from = random.nextInt(context.length() + 5);
    slots.set(from, from + random.nextInt(20));
    return slots;
  }

  // Names.

  private void names(ModelledContext context, int choice) throws Exception {
    String name = anyName();
    Optional<Saved> there = names.getOrDefault(name, Set.of(Optional.empty())).iterator().next();
    if (choice < 11) {
      boolean grant = random.nextInt(4) == 0;
      String as = grant ? "granted " + number + " " + namesMade++ : name;
      did("save");
      submitSomething(context);
      // What waits before is saved as well, and fails before it.
      context.await();
      Saved saved = context.saved();
      if (grant) {
        context.context.save(as, history.grantedTo("user " + (1 - number % 2)));
        history.granted().add(new Granted(user, as, saved));
      } else if (there.isPresent() && random.nextBoolean()) {
        refused(() -> context.context.save(as), "exists", "already");
      } else {
        did(there.isPresent() ? "replace" : "save");
        change(
            () ->
                context.context.save(
                    as, there.isPresent() ? SaveOptions.DEFAULT.replacing() : SaveOptions.DEFAULT),
            Map.of(as, Optional.of(saved)));
      }
      context.check();
    } else if (choice == 11) {
      did("snapshot");
      Saved saved = context.saved();
      String made = context.context.snapshot();
      names.put(made, Set.of(Optional.of(saved)));
    } else if (there.isEmpty()) {
      did("open nothing");
      refused(() -> process().open(name), "no snapshot", "no snapshot");
    } else if (choice < 15 && contexts.size() < CONTEXTS_MAX) {
      did("open");
      adopt(process().open(name), there.get());
    } else if (choice == 15 && contexts.size() < CONTEXTS_MAX) {
      did("take");
      Context[] taken = new Context[1];
      change(() -> taken[0] = process().take(name), Map.of(name, Optional.empty()));
      adopt(taken[0], there.get());
    } else if (choice == 16) {
      did("delete");
      change(() -> process().deleteSnapshot(name), Map.of(name, Optional.empty()));
    } else if (choice == 17) {
      did("rename");
      String to = name + "'";
      if (!names.containsKey(to)) {
        change(() -> process().renameSnapshot(name, to), Map.of(name, Optional.empty(), to, there));
      }
    } else {
      openGranted();
    }
  }

  private void openGranted() throws Exception {
    Granted[] all = history.granted().toArray(Granted[]::new);
    if (all.length > 0 && contexts.size() < CONTEXTS_MAX) {
      did("open granted");
      Granted one = all[random.nextInt(all.length)];
      adopt(process().open("@" + one.owner() + "/" + one.name()), one.saved());
    }
  }

  private void adopt(Context opened, Saved saved) {
    ModelledContext context =
        new ModelledContext(
            opened, history.observed(), history.name() + ", program " + number, saved);
    contexts.add(context);
    assertThat(context.holds(saved)).isTrue();
    context.check();
  }

  private String anyName() {
    return "p" + number + " " + random.nextInt(4);
  }

  private interface Change {
    void run() throws Exception;
  }

  /** Until it is acknowledged, each name may hold what it did, or what it will. */
  private void change(Change change, Map<String, Optional<Saved>> after) throws Exception {
    Map<String, Set<Optional<Saved>>> before = new HashMap<>(names);
    after.forEach(
        (name, now) -> {
          Set<Optional<Saved>> either = new HashSet<>(before.getOrDefault(name, NOTHING));
          either.add(now);
          names.put(name, either);
        });
    try {
      change.run();
    } catch (EngineException e) {
      if (isOutOfMemory(e)) {
        // It was refused before any file was touched.
        names.keySet().removeAll(after.keySet());
        names.putAll(before);
      }
      throw e;
    }
    after.forEach((name, now) -> names.put(name, Set.of(now)));
    names.values().remove(NOTHING);
  }

  private static final Set<Optional<Saved>> NOTHING = Set.of(Optional.empty());

  private static void refused(Change change, String... reasons) throws Exception {
    try {
      change.run();
    } catch (EngineException e) {
      for (String reason : reasons) {
        if (String.valueOf(e.getMessage()).contains(reason)) {
          return;
        }
      }
      throw e;
    }
    throw new AssertionError("it was not refused");
  }

  /** After an engine has ended: every name holds what it may, and there are no others. */
  private void findNames() throws Exception {
    did("find names");
    for (Map.Entry<String, Set<Optional<Saved>>> name : List.copyOf(names.entrySet())) {
      Optional<Saved> found = Optional.empty();
      if (isThere(name.getKey())) {
        Context opened = process().open(name.getKey());
        for (Optional<Saved> may : name.getValue()) {
          if (may.isPresent()
              && new ModelledContext(opened, history.observed(), "").holds(may.get())) {
            found = may;
          }
        }
        opened.destroy();
        assertThat(found).as("snapshot %s", name.getKey()).isPresent();
      }
      assertThat(name.getValue()).as("snapshot %s", name.getKey()).contains(found);
      names.put(name.getKey(), Set.of(found));
    }
    names.values().remove(NOTHING);
  }

  private boolean isThere(String name) {
    for (SnapshotInfo info : process().snapshots()) {
      if (info.name().name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private void did(String operation) {
    last = operation;
    synchronized (counts) {
      counts.merge(operation, 1, Integer::sum);
    }
  }
}
