package dev.bourse.host.java;

import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.ForwardResult;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import dev.bourse.host.pie.MarketImports;
import dev.bourse.host.process.DraftMasks;
import dev.bourse.host.process.HostContext;
import dev.bourse.sdk.Bids;
import dev.bourse.sdk.Mask;
import dev.bourse.sdk.Observation;
import dev.bourse.sdk.Payment;
import dev.bourse.sdk.Probe;
import dev.bourse.sdk.Readout;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.SlotOutput;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestOutput;
import dev.bourse.sdk.spi.GuestPass;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The SDK's view of a context, in the host's own JVM. */
record JavaContext(JavaRuntime runtime, HostContext context) implements GuestContext {

  @Override
  public GuestContext fork() {
    return runtime.call(() -> new JavaContext(runtime, context.fork()));
  }

  @Override
  public int tokensPerPage() {
    return context.engine().tokensPerPage();
  }

  @Override
  public int committedPages() {
    return runtime.call(() -> context.engine().committedPages());
  }

  @Override
  public int workingPages() {
    return runtime.call(() -> context.engine().workingPages());
  }

  @Override
  public int workingTokens() {
    return runtime.call(() -> context.engine().workingTokens());
  }

  @Override
  public void reserveWorkingPages(int pages) {
    runtime.run(() -> context.engine().reserveWorkingPages(pages));
  }

  @Override
  public void releaseWorkingPages(int pages) {
    runtime.run(() -> context.engine().releaseWorkingPages(pages));
  }

  @Override
  public void commitWorkingPages(int pages) {
    runtime.run(() -> context.engine().commitWorkingPages(pages));
  }

  @Override
  public void truncateWorkingTokens(int tokens) {
    runtime.run(() -> context.engine().truncateWorkingTokens(tokens));
  }

  @Override
  public int length() {
    return runtime.call(() -> context.engine().length());
  }

  @Override
  public int[] tokens(int from, int count) {
    return runtime.call(() -> context.engine().tokens(from, count));
  }

  @Override
  public int[] positions(int from, int count) {
    return runtime.call(() -> context.engine().positions(from, count));
  }

  @Override
  public void save(String name, SaveOptions options) {
    runtime.run(() -> context.engine().save(name, engineOptions(options)));
  }

  private dev.bourse.engine.SaveOptions engineOptions(SaveOptions options) {
    return runtime
        .process()
        .inference()
        .names(context.model())
        .options(
            options.replace(),
            options.ttl().map(ttl -> options.ttlSeconds()),
            options.manifest().map(ContextManifest::toJson),
            options.grants());
  }

  @Override
  public String snapshot() {
    return runtime.call(() -> context.engine().snapshot());
  }

  @Override
  public void suspend() {
    runtime.run(() -> context.engine().suspend());
  }

  @Override
  public void window(int sinkTokens, int windowTokens) {
    runtime.run(() -> context.engine().window(sinkTokens, windowTokens));
  }

  @Override
  public void dropPages(int first, int count) {
    runtime.run(() -> context.engine().dropPages(first, count));
  }

  @Override
  public void bid(double credits) {
    runtime.run(() -> context.engine().bid(credits));
  }

  @Override
  public void bid(double perToken, double perPage) {
    runtime.run(() -> context.engine().bid(perToken, perPage));
  }

  @Override
  public void autoBid() {
    runtime.run(() -> context.engine().bidAutomatically());
  }

  @Override
  public void horizon(int steps) {
    runtime.run(() -> context.engine().horizon(steps));
  }

  @Override
  public Bids bids() {
    return runtime.call(
        () -> {
          dev.bourse.engine.Context.Bids bids = context.engine().bids();
          return new Bids(bids.perToken(), bids.perPage());
        });
  }

  @Override
  public double rent() {
    return runtime.call(() -> context.engine().rent());
  }

  @Override
  public double latency() {
    return MarketImports.latencySeconds(context.model());
  }

  @Override
  public GuestPass start(dev.bourse.sdk.spi.ForwardRequest request) {
    CompletableFuture<ForwardResult> future =
        runtime.call(() -> context.engine().forward(engineRequest(request)));
    return () -> runtime.call(() -> output(JavaRuntime.get(future)));
  }

  private static GuestOutput output(ForwardResult result) {
    return new GuestOutput(
        result.slots().stream().map(JavaContext::output).toList(),
        result.observations().stream()
            .map(seen -> new Observation(seen.tokens(), seen.logprobs()))
            .toList(),
        receipt(result.receipt()));
  }

  private static Receipt receipt(ForwardResult.Receipt receipt) {
    return new Receipt(
        receipt.tokensComputed(),
        receipt.tokensFromCache(),
        receipt.tokensRestored(),
        receipt.tokensRecomputed(),
        receipt.steps(),
        new Payment(
            receipt.payment().slots(),
            receipt.payment().rent(),
            receipt.payment().dividend(),
            receipt.queuedNanos()));
  }

  @Override
  public void close() {
    context.close();
  }

  private static ForwardRequest engineRequest(dev.bourse.sdk.spi.ForwardRequest request) {
    ForwardRequest.Builder builder =
        ForwardRequest.builder().input(request.tokens(), request.positions()).seed(request.seed());
    if (!request.attentionMask().isEmpty()) {
      builder.attentionMasks(
          request.attentionMask().stream().map(Mask::runs).toArray(int[][]::new));
    }
    builder.drafts(request.drafts(), request.draftPositions());
    Optional<int[]> allowed = request.logitMask().map(Mask::runs);
    int[][] behindDrafts = request.draftMasks().stream().map(Mask::runs).toArray(int[][]::new);
    if (request.constraint().isPresent()) {
      DraftMasks masks =
          ((JavaMatcher) request.constraint().get()).masks(allowed, request.drafts());
      allowed = Optional.of(masks.next());
      behindDrafts = masks.behind();
    }
    allowed.ifPresent(builder::logitMask);
    if (behindDrafts.length > 0) {
      builder.draftLogitMasks(behindDrafts);
    }
    request
        .adapter()
        .flatMap(used -> ((JavaAdapter) used).adapter().weights())
        .ifPresent(builder::adapter);
    request.bias().ifPresent(bias -> builder.bias(bias.tokens(), bias.amounts()));
    request.observedTokens().ifPresent(builder::observe);
    request.slots().forEach(slot -> builder.read(sampler(slot.readout(), request), slot.index()));
    return builder.build();
  }

  private static Sampler sampler(Readout readout, dev.bourse.sdk.spi.ForwardRequest request) {
    return switch (readout) {
      case dev.bourse.sdk.Sampler.Greedy s -> new Sampler.Multinomial(0, request.seed());
      case dev.bourse.sdk.Sampler.Multinomial s ->
          new Sampler.Multinomial(s.temperature(), request.seed());
      case dev.bourse.sdk.Sampler.TopK s -> new Sampler.TopK(s.temperature(), s.k());
      case dev.bourse.sdk.Sampler.TopP s -> new Sampler.TopP(s.temperature(), s.p());
      case dev.bourse.sdk.Sampler.MinP s -> new Sampler.MinP(s.temperature(), s.p());
      case dev.bourse.sdk.Sampler.TopKTopP s -> new Sampler.TopKTopP(s.temperature(), s.k(), s.p());
      case Probe.Distribution p -> new Sampler.Distribution(p.temperature(), p.k());
      case Probe.RawLogits p -> new Sampler.RawLogits();
      case Probe.Logprobs p ->
          new Sampler.Logprobs(p.tokens().stream().mapToInt(Integer::intValue).toArray());
      case Probe.Entropy p -> new Sampler.Entropy();
      case Probe.Embedding p -> new Sampler.Embedding();
    };
  }

  private static SlotOutput output(Slot slot) {
    return switch (slot) {
      case Slot.Token token -> new SlotOutput.Token(token.id());
      case Slot.Distribution d -> new SlotOutput.Distribution(d.ids(), d.probabilities());
      case Slot.Logits logits -> new SlotOutput.Logits(logits.logits());
      case Slot.Logprobs logprobs -> new SlotOutput.Logprobs(logprobs.values());
      case Slot.Entropy entropy -> new SlotOutput.Entropy(entropy.nats());
      case Slot.Embedding embedding -> new SlotOutput.Embedding(embedding.values());
    };
  }
}
