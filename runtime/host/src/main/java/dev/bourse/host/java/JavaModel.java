package dev.bourse.host.java;

import dev.bourse.engine.AccountView;
import dev.bourse.host.process.ContextNames;
import dev.bourse.host.process.ServedModel;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Price;
import dev.bourse.sdk.SnapshotInfo;
import dev.bourse.sdk.ToolDecoder;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import dev.bourse.sdk.spi.GuestAccount;
import dev.bourse.sdk.spi.GuestAdapter;
import dev.bourse.sdk.spi.GuestContext;
import dev.bourse.sdk.spi.GuestMatcher;
import dev.bourse.sdk.spi.GuestModel;
import dev.bourse.sdk.spi.GuestReasoningDecoder;
import dev.bourse.sdk.spi.GuestToolDecoder;
import dev.bourse.sdk.spi.GuestTurnDecoder;
import dev.bourse.text.instruct.ToolEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The SDK's view of a model, in the host's own JVM. */
record JavaModel(JavaRuntime runtime, ServedModel model) implements GuestModel {

  @Override
  public GuestContext createContext() {
    return runtime.call(
        () -> new JavaContext(runtime, runtime.process().inference().newContext(model)));
  }

  @Override
  public GuestContext openContext(String name, Optional<ContextManifest> expected) {
    return runtime.call(
        () ->
            new JavaContext(
                runtime,
                expected.isPresent()
                    ? names().open(name, expected.get().toJson())
                    : names().open(name)));
  }

  @Override
  public GuestContext takeContext(String name) {
    return runtime.call(() -> new JavaContext(runtime, names().take(name)));
  }

  @Override
  public void deleteSnapshot(String name) {
    runtime.run(() -> names().delete(name));
  }

  @Override
  public void fundSnapshot(String name, double credits) {
    runtime.run(() -> runtime.process().inference().account(model).fundSnapshot(name, credits));
  }

  @Override
  public OptionalDouble snapshotFunds(String name) {
    return runtime.call(() -> runtime.process().inference().account(model).snapshotFunds(name));
  }

  @Override
  public void renameSnapshot(String from, String to) {
    runtime.run(() -> names().rename(from, to));
  }

  @Override
  public boolean hasSnapshot(String name) {
    return runtime.call(() -> names().exists(name));
  }

  @Override
  public List<SnapshotInfo> snapshots() {
    return runtime.call(() -> names().all().stream().map(JavaModel::info).toList());
  }

  @Override
  public SnapshotInfo snapshot(String name) {
    return runtime.call(() -> info(names().describe(name)));
  }

  private static SnapshotInfo info(dev.bourse.kv.snapshot.SnapshotInfo info) {
    return new SnapshotInfo(
        info.name().user(),
        info.name().name(),
        info.model(),
        info.created(),
        info.expires(),
        info.tokens(),
        info.bytes(),
        info.sharedBytes(),
        info.grants(),
        info.problem());
  }

  @Override
  public Optional<ContextManifest> snapshotManifest(String name) {
    return runtime.call(() -> names().manifest(name).map(ContextManifest::parse));
  }

  @Override
  public RuntimeIdentity runtimeIdentity() {
    return model.runtime();
  }

  private ContextNames names() {
    return runtime.process().inference().names(model);
  }

  @Override
  public int[] encode(String text) {
    return runtime.call(() -> model.tokenizer().encode(text, false, false));
  }

  @Override
  public String decode(int[] tokens) {
    return runtime.call(() -> model.decode(tokens));
  }

  @Override
  public int[] system(String text) {
    return runtime.call(() -> model.chat().system(text));
  }

  @Override
  public int[] firstUser(String text) {
    return runtime.call(() -> model.chat().firstUser(text));
  }

  @Override
  public int[] user(String text) {
    return runtime.call(() -> model.chat().user(text));
  }

  @Override
  public int[] systemUser(String system, String user) {
    return runtime.call(() -> model.chat().systemUser(system, user));
  }

  @Override
  public int[] assistant(String text) {
    return runtime.call(() -> model.chat().assistant(text));
  }

  @Override
  public int[] cue() {
    return runtime.call(() -> model.chat().cue());
  }

  @Override
  public int[] seal() {
    return runtime.call(() -> model.chat().seal());
  }

  @Override
  public int[] equip(Optional<String> system, List<String> tools) {
    return runtime.call(
        () ->
            system.isPresent()
                ? model.chat().instruct().equip(system.get(), tools)
                : model.chat().instruct().equip(tools));
  }

  @Override
  public int[] answer(String name, String value) {
    return runtime.call(() -> model.chat().instruct().answer(name, value));
  }

  @Override
  public GuestToolDecoder toolDecoder() {
    return runtime.call(
        () -> new JavaDecoders.Tools(runtime, model.chat().instruct().toolDecoder()));
  }

  @Override
  public int[] calling(String text, List<ToolDecoder.Call> calls) {
    return runtime.call(
        () ->
            model
                .chat()
                .instruct()
                .calling(
                    text,
                    calls.stream()
                        .map(call -> new ToolEvent.Call(call.name(), call.arguments()))
                        .toList()));
  }

  @Override
  public GuestTurnDecoder turnDecoder(boolean hasTools) {
    return runtime.call(
        () -> new JavaDecoders.Turn(runtime, model.chat().instruct().turnDecoder(hasTools)));
  }

  @Override
  public GuestReasoningDecoder reasoningDecoder() {
    return runtime.call(
        () -> new JavaDecoders.Reasoning(runtime, model.chat().instruct().reasoningDecoder()));
  }

  @Override
  public Optional<GuestAdapter> openAdapter(String name) {
    return JavaAdapter.open(runtime, model, name);
  }

  @Override
  public GuestAdapter createAdapter(String name) {
    return JavaAdapter.create(runtime, model, name);
  }

  @Override
  public GuestMatcher matcher(Grammar grammar) {
    return JavaMatcher.of(runtime, model, grammar);
  }

  @Override
  public int[] stopTokens() {
    return runtime.call(() -> model.chat().stopTokens());
  }

  @Override
  public GuestAccount account() {
    AccountView account =
        runtime.call(() -> runtime.process().inference().account(model).account());
    return new GuestAccount(
        account.balance(),
        account.endowment(),
        account.endowments(),
        account.dividend(),
        account.tokensLeft());
  }

  @Override
  public List<Price> prices(int steps) {
    return runtime.call(
        () ->
            model.engine().prices(steps).stream()
                .map(
                    price ->
                        new Price(
                            price.step(),
                            price.slots(),
                            price.tokens(),
                            price.waiting(),
                            price.slotPrice(),
                            price.pagePrice()))
                .toList());
  }
}
