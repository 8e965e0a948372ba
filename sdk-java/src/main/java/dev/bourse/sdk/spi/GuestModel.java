package dev.bourse.sdk.spi;

import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.Price;
import dev.bourse.sdk.SnapshotInfo;
import dev.bourse.sdk.ToolDecoder;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A model: its tokenizer, its chat template, and the contexts that can be made for it. */
public interface GuestModel {
  /** Creates an empty, anonymous context ({@code context.create}). */
  GuestContext createContext();

  /**
   * A new anonymous context with what a snapshot holds; the snapshot stays ({@code context.open},
   * or {@code bourse:context} {@code context.open} with the manifest that is expected).
   */
  GuestContext openContext(String name, Optional<ContextManifest> expected);

  /** The snapshot itself as a context; its name is free afterwards ({@code context.take}). */
  GuestContext takeContext(String name);

  /** Deletes a snapshot ({@code context.delete}). */
  void deleteSnapshot(String name);

  /** Has a snapshot kept in memory for credits ({@code bourse:market} {@code model.fund}). */
  void fundSnapshot(String name, double credits);

  /** What is left of them, if it is kept ({@code bourse:market} {@code model.funds}). */
  OptionalDouble snapshotFunds(String name);

  /** Renames a snapshot ({@code bourse:context} {@code context.rename}). */
  void renameSnapshot(String from, String to);

  /** Whether there is a snapshot of that name ({@code bourse:context} {@code context.exists}). */
  boolean hasSnapshot(String name);

  /** The user's snapshots, by name ({@code bourse:context} {@code context.list}). */
  List<SnapshotInfo> snapshots();

  /** One snapshot ({@code bourse:context} {@code context.describe}). */
  SnapshotInfo snapshot(String name);

  /** The manifest that one was saved with ({@code bourse:context} {@code context.manifest}). */
  Optional<ContextManifest> snapshotManifest(String name);

  /** What contexts are computed with ({@code bourse:context} {@code context.runtime}). */
  RuntimeIdentity runtimeIdentity();

  /** Token ids of {@code text}; no special tokens are added ({@code tokenizer.encode}). */
  int[] encode(String text);

  /**
   * The text of {@code tokens} ({@code tokenizer.decode}). Bytes that are not, or not yet, whole
   * UTF-8 become U+FFFD, one per malformed sequence as {@link java.nio.charset.CharsetDecoder}
   * replaces them.
   */
  String decode(int[] tokens);

  /** A system turn under the model's own template ({@code chat.system}). */
  int[] system(String text);

  /** A user turn that opens a conversation without a system turn ({@code chat.first-user}). */
  int[] firstUser(String text);

  /** A user turn ({@code chat.user}). */
  int[] user(String text);

  /**
   * A system turn and the first user turn, for templates that merge them ({@code
   * chat.system-user}).
   */
  int[] systemUser(String system, String user);

  /** A whole assistant turn ({@code chat.assistant}). */
  int[] assistant(String text);

  /** What opens an assistant turn for the model to continue ({@code chat.cue}). */
  int[] cue();

  /** What ends an assistant turn that the model has generated ({@code chat.seal}). */
  int[] seal();

  /**
   * What opens a conversation with tools ({@code tool-use.equip}, or {@code bourse:instruct} {@code
   * system-equip} with a system prompt).
   */
  int[] equip(Optional<String> system, List<String> tools);

  /** What a call gave ({@code tool-use.answer}). */
  int[] answer(String name, String value);

  /** Finds calls in what is generated ({@code tool-use.create-decoder}). */
  GuestToolDecoder toolDecoder();

  /** A whole turn that calls tools ({@code bourse:instruct} {@code calling}). */
  int[] calling(String text, List<ToolDecoder.Call> calls);

  /**
   * Takes what is generated in a turn apart ({@code bourse:instruct} {@code create-turn-decoder}).
   */
  GuestTurnDecoder turnDecoder(boolean hasTools);

  /** Finds thoughts in what is generated ({@code reasoning.create-decoder}). */
  GuestReasoningDecoder reasoningDecoder();

  /**
   * A matcher of a grammar for this model's tokens ({@code grammar.from-…}, {@code tool-use.format}
   * and the constructor of {@code matcher}).
   */
  GuestMatcher matcher(Grammar grammar);

  /** The tokens with which the model ends its turn ({@code chat.stop-tokens}). */
  int[] stopTokens();

  /** What this inferlet can spend on this model ({@code bourse:market} {@code model.account}). */
  GuestAccount account();

  /**
   * What the last steps sold, at most {@code steps} of them, the latest last ({@code bourse:market}
   * {@code model.prices}).
   *
   * @param steps from 0 to {@link dev.bourse.sdk.Market#PRICES_MAX}
   */
  List<Price> prices(int steps);

  /** The user's adapter of that name ({@code adapter.open}). */
  Optional<GuestAdapter> openAdapter(String name);

  /** A new adapter that changes nothing ({@code adapter.create}). */
  GuestAdapter createAdapter(String name);
}
