package dev.bourse.sdk;

import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import dev.bourse.sdk.spi.GuestModel;
import java.util.List;
import java.util.Optional;

/** A model that is loaded in the engine. */
public final class Model {
  private final String name;
  private final GuestModel guest;

  Model(String name, GuestModel guest) {
    this.name = name;
    this.guest = guest;
  }

  /** The name it was asked for by. */
  public String name() {
    return name;
  }

  /** An empty context of this model. Close it to free its pages. */
  public Context newContext() {
    return new Context(this, guest.createContext());
  }

  /**
   * A context that continues where the saved one of that name was. The snapshot stays as it is,
   * whatever becomes of the context. {@code @owner/name} is what another user has granted.
   *
   * @throws InferletException if there is no such snapshot, or it cannot be used with this model
   */
  public Context open(String name) {
    return Context.opened(this, guest.openContext(name, Optional.empty()));
  }

  /**
   * As {@link #open(String)}, if the snapshot was saved with this manifest.
   *
   * @throws InferletException if not, with the one field that differs and both of its values
   */
  public Context open(String name, ContextManifest expected) {
    return Context.opened(this, guest.openContext(name, Optional.of(expected)));
  }

  /**
   * As {@link #open(String)}, but the snapshot is gone afterwards: it becomes the context.
   *
   * @throws InferletException if there is no such snapshot, or it is another user's
   */
  public Context take(String name) {
    return Context.opened(this, guest.takeContext(name));
  }

  /**
   * Deletes a snapshot of the user's own.
   *
   * @throws InferletException if there is none of that name
   */
  public void deleteSnapshot(String name) {
    guest.deleteSnapshot(name);
  }

  /**
   * Gives a snapshot another name.
   *
   * @throws InferletException if there is none of the first name, or one of the second
   */
  public void renameSnapshot(String from, String to) {
    guest.renameSnapshot(from, to);
  }

  /**
   * Whether there is a snapshot of that name that {@link #open(String)} may open.
   *
   * @throws InferletException if it cannot be a name
   */
  public boolean hasSnapshot(String name) {
    return guest.hasSnapshot(name);
  }

  /** The user's own snapshots, by name, those of other models among them. */
  public List<SnapshotInfo> snapshots() {
    return guest.snapshots();
  }

  /**
   * One snapshot, {@code @owner/name} too.
   *
   * @throws InferletException if there is no such snapshot
   */
  public SnapshotInfo snapshot(String name) {
    return guest.snapshot(name);
  }

  /**
   * The manifest that a snapshot was saved with.
   *
   * @throws InferletException if there is no such snapshot
   */
  public Optional<ContextManifest> snapshotManifest(String name) {
    return guest.snapshotManifest(name);
  }

  /** What contexts of this model are computed with: the first part of a manifest. */
  public RuntimeIdentity runtime() {
    return guest.runtimeIdentity();
  }

  /** The token ids of {@code text}, without special tokens. */
  public int[] encode(String text) {
    return guest.encode(text);
  }

  /** The text of {@code tokens}; bytes that are not whole UTF-8 become U+FFFD. */
  public String decode(int... tokens) {
    return guest.decode(tokens);
  }

  /** The tokens with which this model ends its turn. */
  public int[] stopTokens() {
    return guest.stopTokens();
  }

  /**
   * A matcher at the beginning of a text.
   *
   * @throws InferletException with the place of what is malformed, not supported or too large
   */
  public Matcher matcher(Grammar grammar) {
    return new Matcher(guest.matcher(grammar));
  }

  /**
   * An adapter of the user's own by its name, if there is one.
   *
   * @throws InferletException if adapters may not be used
   */
  public Optional<Adapter> adapter(String name) {
    return guest.openAdapter(name).map(Adapter::new);
  }

  /**
   * A new adapter, which changes nothing until it is {@linkplain Adapter#load loaded}.
   *
   * @throws InferletException if there is one of that name, or the user has as many as he may
   */
  public Adapter newAdapter(String name) {
    return new Adapter(guest.createAdapter(name));
  }

  /** Finds the calls of tools in what this model generates. */
  public ToolDecoder toolDecoder() {
    return new ToolDecoder(guest.toolDecoder());
  }

  /**
   * Takes one turn of this model apart as it is generated.
   *
   * @param hasTools whether it may call tools; if not, what looks like a call is text
   */
  public TurnDecoder turnDecoder(boolean hasTools) {
    return new TurnDecoder(guest.turnDecoder(hasTools));
  }

  /** Turns tokens that are generated into pieces of whole UTF-8. */
  public TextPieces textPieces() {
    return new TextPieces(this);
  }

  /** Finds the thoughts in what this model generates. */
  public ReasoningDecoder reasoningDecoder() {
    return new ReasoningDecoder(guest.reasoningDecoder());
  }

  /** What this model's token slots and pages cost, and what this inferlet can pay. */
  public Market market() {
    return new Market(guest);
  }

  GuestModel guest() {
    return guest;
  }
}
