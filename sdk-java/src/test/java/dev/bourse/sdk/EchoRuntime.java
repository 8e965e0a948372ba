package dev.bourse.sdk;

import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.ManifestMismatch;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import dev.bourse.sdk.spi.ForwardRequest;
import dev.bourse.sdk.spi.GuestAccount;
import dev.bourse.sdk.spi.GuestAdapter;
import dev.bourse.sdk.spi.GuestChild;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestHttp;
import dev.bourse.sdk.spi.GuestMatcher;
import dev.bourse.sdk.spi.GuestMcp;
import dev.bourse.sdk.spi.GuestMessages;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestOutput;
import dev.bourse.sdk.spi.GuestPass;
import dev.bourse.sdk.spi.GuestReasoningDecoder;
import dev.bourse.sdk.spi.GuestRuntime;
import dev.bourse.sdk.spi.GuestToolDecoder;
import dev.bourse.sdk.spi.GuestTurnDecoder;
import dev.bourse.sdk.spi.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A test double of the engine. Its tokens are bytes and a few role markers; its model answers a cue
 * by repeating the last user turn, byte by byte, and stops. It computes from what is in the pages,
 * and refuses whatever the engine would refuse, so a mistake in the books of {@link Context} shows
 * as an error or a wrong answer.
 */
final class EchoRuntime implements GuestRuntime {
  static final int SYSTEM = 256;
  static final int USER = 257;
  static final int CUE = 258;
  static final int STOP = 259;
  static final int SEAL = 260;

  /** What each pass costs. */
  static final Payment PAYMENT = new Payment(0.5, 0.25, 0.125, 1000);

  final List<Price> prices = new ArrayList<>();
  GuestAccount account = new GuestAccount(0, 0, 0, 0, OptionalLong.empty());
  final List<String> sent = new ArrayList<>();
  final ArrayDeque<String> inbox = new ArrayDeque<>();
  final ArrayDeque<byte[]> files = new ArrayDeque<>();
  final List<ForwardRequest> passes = new ArrayList<>();
  final Map<String, Saved> snapshots = new TreeMap<>();
  final Map<String, Double> funds = new TreeMap<>();
  final List<String> calls = new ArrayList<>();
  private final String input;
  private final int pageSize;
  private int openContexts;
  private boolean failNextPass;
  private int underWay;
  private int mostUnderWay;

  EchoRuntime(String input, int pageSize) {
    this.input = input;
    this.pageSize = pageSize;
  }

  static Model model(int pageSize) {
    return new Session(new EchoRuntime("{}", pageSize)).model();
  }

  /** What a name refers to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Saved(int[] cache, int committed, int working, SaveOptions options) {}

  int openContexts() {
    return openContexts;
  }

  int tokensComputed() {
    return passes.stream().mapToInt(pass -> pass.tokens().length).sum();
  }

  /** How many passes were under way at the same time. */
  int mostUnderWay() {
    return mostUnderWay;
  }

  void failNextPass() {
    failNextPass = true;
  }

  @Override
  public String input() {
    return input;
  }

  @Override
  public void send(String text) {
    sent.add(text);
  }

  @Override
  public String receive() {
    return inbox.remove();
  }

  @Override
  public Optional<String> poll() {
    return Optional.ofNullable(inbox.poll());
  }

  @Override
  public void sendFile(byte[] file) {
    files.add(file);
  }

  @Override
  public byte[] receiveFile() {
    return files.remove();
  }

  @Override
  public GuestHttp http() {
    throw new UnsupportedOperationException("nobody to ask");
  }

  @Override
  public GuestMcp mcp() {
    throw new UnsupportedOperationException("no servers");
  }

  @Override
  public GuestMessages messages() {
    throw new UnsupportedOperationException("nobody to talk to");
  }

  @Override
  public String version() {
    return "0";
  }

  @Override
  public boolean isStopping() {
    return false;
  }

  @Override
  public String instanceId() {
    return "echo-1";
  }

  @Override
  public String username() {
    return "tester";
  }

  @Override
  public List<String> models() {
    return List.of("echo");
  }

  @Override
  public GuestChild launch(String program, String input, @Nullable Budget budget) {
    throw new InferletException("there is no inferlet " + program + " here");
  }

  @Override
  public GuestModel model(String name) {
    return new EchoModel();
  }

  private static int[] turn(int marker, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[utf8.length + 1];
    tokens[0] = marker;
    for (int i = 0; i < utf8.length; i++) {
      tokens[i + 1] = utf8[i] & 0xFF;
    }
    return tokens;
  }

  private final class EchoModel implements GuestModel {
    @Override
    public GuestContext createContext() {
      return new EchoContext(new int[0], 0, 0);
    }

    @Override
    public GuestContext openContext(String name, Optional<ContextManifest> expected) {
      Saved saved = saved(name);
      expected
          .flatMap(wanted -> saved.options().manifest().orElseThrow().mismatch(wanted))
          .map(ManifestMismatch::message)
          .ifPresent(
              reason -> {
                throw new InferletException(reason);
              });
      return new EchoContext(saved.cache().clone(), saved.committed(), saved.working());
    }

    @Override
    public GuestContext takeContext(String name) {
      GuestContext context = openContext(name, Optional.empty());
      snapshots.remove(name);
      return context;
    }

    @Override
    public void deleteSnapshot(String name) {
      saved(name);
      snapshots.remove(name);
    }

    @Override
    public void fundSnapshot(String name, double credits) {
      saved(name);
      funds.put(name, credits);
    }

    @Override
    public OptionalDouble snapshotFunds(String name) {
      Double left = funds.get(name);
      return left == null ? OptionalDouble.empty() : OptionalDouble.of(left);
    }

    @Override
    public void renameSnapshot(String from, String to) {
      snapshots.put(to, saved(from));
      snapshots.remove(from);
    }

    @Override
    public boolean hasSnapshot(String name) {
      return snapshots.containsKey(name);
    }

    @Override
    public List<SnapshotInfo> snapshots() {
      return snapshots.keySet().stream().map(this::snapshot).toList();
    }

    @Override
    public SnapshotInfo snapshot(String name) {
      Saved saved = saved(name);
      return new SnapshotInfo(
          username(),
          name,
          "echo",
          Instant.EPOCH,
          saved.options().ttl().map(Instant.EPOCH::plus),
          saved.cache().length,
          0,
          0,
          saved.options().grants(),
          Optional.empty());
    }

    @Override
    public Optional<ContextManifest> snapshotManifest(String name) {
      return saved(name).options().manifest();
    }

    @Override
    public RuntimeIdentity runtimeIdentity() {
      return new RuntimeIdentity("echo", "1", "2", "3", "", "none");
    }

    private Saved saved(String name) {
      Saved saved = snapshots.get(name);
      if (saved == null) {
        throw new InferletException("there is no snapshot named " + name);
      }
      return saved;
    }

    @Override
    public int[] encode(String text) {
      int[] turn = turn(0, text);
      return Arrays.copyOfRange(turn, 1, turn.length);
    }

    @Override
    public String decode(int[] tokens) {
      byte[] utf8 = new byte[tokens.length];
      int length = 0;
      for (int token : tokens) {
        if (token < 256) {
          utf8[length++] = (byte) token;
        }
      }
      return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public int[] system(String text) {
      return turn(SYSTEM, text);
    }

    @Override
    public int[] firstUser(String text) {
      return turn(USER, text);
    }

    @Override
    public int[] user(String text) {
      return turn(USER, text);
    }

    /** Merged, as templates without a system role do it. */
    @Override
    public int[] systemUser(String system, String user) {
      return turn(USER, system + "|" + user);
    }

    @Override
    public int[] assistant(String text) {
      return turn(CUE, text);
    }

    @Override
    public int[] cue() {
      return new int[] {CUE};
    }

    @Override
    public int[] seal() {
      return new int[] {SEAL};
    }

    @Override
    public int[] equip(Optional<String> system, List<String> tools) {
      return turn('E', system.orElse("") + tools);
    }

    @Override
    public int[] answer(String name, String value) {
      return turn('R', name + "=" + value);
    }

    @Override
    public GuestToolDecoder toolDecoder() {
      throw new UnsupportedOperationException("the echo calls nothing");
    }

    @Override
    public int[] calling(String text, List<ToolDecoder.Call> calls) {
      return turn('C', text + calls);
    }

    @Override
    public GuestTurnDecoder turnDecoder(boolean hasTools) {
      throw new UnsupportedOperationException("the echo only says");
    }

    @Override
    public GuestReasoningDecoder reasoningDecoder() {
      throw new UnsupportedOperationException("the echo does not think");
    }

    @Override
    public Optional<GuestAdapter> openAdapter(String name) {
      return Optional.empty();
    }

    @Override
    public GuestAdapter createAdapter(String name) {
      throw new InferletException("the echo cannot be adapted");
    }

    @Override
    public GuestMatcher matcher(Grammar grammar) {
      throw new UnsupportedOperationException("the echo knows no grammar");
    }

    @Override
    public int[] stopTokens() {
      return new int[] {STOP};
    }

    @Override
    public GuestAccount account() {
      return account;
    }

    @Override
    public List<Price> prices(int steps) {
      return prices.subList(Math.max(0, prices.size() - steps), prices.size());
    }
  }

  private final class EchoContext implements GuestContext {
    private int[] cache;
    private int committed;
    private int working;
    private boolean closed;

    EchoContext(int[] cache, int committed, int working) {
      this.cache = cache;
      this.committed = committed;
      this.working = working;
      openContexts++;
    }

    @Override
    public GuestContext fork() {
      return new EchoContext(cache.clone(), committed, working);
    }

    @Override
    public int tokensPerPage() {
      return pageSize;
    }

    @Override
    public int committedPages() {
      return committed;
    }

    @Override
    public int workingPages() {
      return working;
    }

    @Override
    public int workingTokens() {
      return cache.length - committed * pageSize;
    }

    @Override
    public void reserveWorkingPages(int pages) {
      require(pages > 0, "reserve " + pages);
      working += pages;
    }

    @Override
    public void releaseWorkingPages(int pages) {
      require(workingTokens() <= (working - pages) * pageSize, "release of a page in use");
      working -= pages;
    }

    @Override
    public void commitWorkingPages(int pages) {
      require(pages * pageSize <= workingTokens(), "commit of a page that is not full");
      working -= pages;
      committed += pages;
    }

    @Override
    public void truncateWorkingTokens(int tokens) {
      require(tokens >= 0 && tokens <= workingTokens(), "truncate beyond the working pages");
      cache = Arrays.copyOf(cache, cache.length - tokens);
    }

    @Override
    public int length() {
      return cache.length;
    }

    @Override
    public int[] tokens(int from, int count) {
      require(from >= 0 && count >= 0 && from + count <= cache.length, "tokens that are not there");
      return Arrays.copyOfRange(cache, from, from + count);
    }

    @Override
    public int[] positions(int from, int count) {
      require(from >= 0 && count >= 0 && from + count <= cache.length, "positions not there");
      return IntStream.range(from, from + count).toArray();
    }

    @Override
    public void save(String name, SaveOptions options) {
      if (snapshots.containsKey(name) && !options.replace()) {
        throw new InferletException("there is a snapshot named " + name + " already");
      }
      snapshots.put(name, new Saved(cache.clone(), committed, working, options));
    }

    @Override
    public String snapshot() {
      String name = "snapshot-" + snapshots.size();
      save(name, SaveOptions.DEFAULT);
      return name;
    }

    @Override
    public void suspend() {
      calls.add("suspend");
    }

    @Override
    public void window(int sinkTokens, int windowTokens) {
      calls.add("window " + sinkTokens + " " + windowTokens);
    }

    @Override
    public void dropPages(int first, int count) {
      calls.add("drop " + first + " " + count);
    }

    @Override
    public void bid(double credits) {
      calls.add("bid " + credits);
    }

    @Override
    public void bid(double perToken, double perPage) {
      calls.add("bid " + perToken + " " + perPage);
    }

    @Override
    public void autoBid() {
      calls.add("auto-bid");
    }

    @Override
    public void horizon(int steps) {
      calls.add("horizon " + steps);
    }

    @Override
    public Bids bids() {
      return new Bids(0.5, 0.25);
    }

    @Override
    public double rent() {
      return 0.125;
    }

    @Override
    public double latency() {
      return 0.0625;
    }

    @Override
    public GuestPass start(ForwardRequest request) {
      int[] tokens = request.tokens();
      if (failNextPass) {
        failNextPass = false;
        throw new InferletException("no pages left");
      }
      require(tokens.length > 0, "a pass without tokens");
      int[] drafts = request.drafts();
      int rows = tokens.length + drafts.length;
      require(workingTokens() + rows <= working * pageSize, "a pass without room");
      int start = cache.length;
      cache = Arrays.copyOf(cache, start + rows);
      System.arraycopy(tokens, 0, cache, start, tokens.length);
      System.arraycopy(drafts, 0, cache, start + tokens.length, drafts.length);
      for (int i = 0; i < tokens.length; i++) {
        require(request.positions()[i] == start + i, "token at position " + request.positions()[i]);
      }
      passes.add(request);
      List<SlotOutput> outputs = new ArrayList<>();
      int accepted = 0;
      while (accepted < drafts.length
          && next(start + tokens.length - 1 + accepted) == drafts[accepted]) {
        outputs.add(new SlotOutput.Token(drafts[accepted++]));
      }
      List<Observation> observations = new ArrayList<>();
      for (Slot slot : request.slots()) {
        if (slot.readout() instanceof Sampler && request.observedTokens().isPresent()) {
          observations.add(
              new Observation(new int[] {next(start + slot.index())}, new float[] {-0.5f}));
        }
        outputs.add(
            slot.readout() instanceof Sampler
                ? new SlotOutput.Token(next(start + slot.index() + accepted))
                : new SlotOutput.Entropy(0.5f));
      }
      GuestOutput output =
          new GuestOutput(
              outputs, observations, new Receipt(tokens.length - 1, 1, 0, 0, 1, PAYMENT));
      underWay++;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      return () -> {
        underWay--;
        return output;
      };
    }

    private int next(int last) {
      int cue = lastIndexOf(CUE, last);
      int user = lastIndexOf(USER, cue);
      if (cue < 0 || user < 0) {
        return (cache[last] + 1) % 256;
      }
      int echo = user + 1 + (last - cue);
      return echo < cue ? cache[echo] : STOP;
    }

    private int lastIndexOf(int token, int from) {
      int index = from;
      while (index >= 0 && cache[index] != token) {
        index--;
      }
      return index;
    }

    @Override
    public void close() {
      require(!closed, "closed twice");
      closed = true;
      openContexts--;
    }

    private void require(boolean condition, String problem) {
      if (!condition) {
        throw new AssertionError(problem);
      }
    }
  }
}
