package dev.bourse.engine;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.RowMask;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.model.Model;
import dev.bourse.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What a snapshot must have been made with to be opened here. */
final class ModelIdentity {
  private static final String KV_TYPE = "f32";

  private final Model model;
  private final KvLayout layout;
  private @Nullable Fingerprint fingerprint;

  ModelIdentity(Model model, KvLayout layout) {
    this.model = model;
    this.layout = layout;
  }

  /** Computed by the first call: it reads the whole vocabulary. */
  synchronized Fingerprint fingerprint() {
    Fingerprint known = fingerprint;
    if (known == null) {
      known = compute();
      fingerprint = known;
    }
    return known;
  }

  /**
   * Whether pages of the snapshot are pages of this engine. If not, they can be computed from the
   * tokens.
   */
  static boolean samePages(Fingerprint saved, KvLayout layout) {
    return saved.layout().equals(layout) && saved.kvType().equals(KV_TYPE);
  }

  /**
   * Refuses a snapshot whose tokens would mean something else here.
   *
   * @throws EngineException naming what differs
   */
  void requireSame(String name, SnapshotManifest manifest) {
    Fingerprint saved = manifest.fingerprint();
    Fingerprint here = fingerprint();
    if (!saved.modelDigest().equals(here.modelDigest())) {
      String alike =
          saved.tokenizerDigest().equals(here.tokenizerDigest())
              ? "their tokenizers are the same, so the tokens can be computed with this model"
              : "their tokenizers differ too";
      throw differs(
          name,
          "model",
          saved.modelName() + " " + brief(saved.modelDigest()),
          here.modelName() + " " + brief(here.modelDigest()),
          alike);
    }
    if (!saved.tokenizerDigest().equals(here.tokenizerDigest())) {
      throw differs(
          name,
          "tokenizer",
          brief(saved.tokenizerDigest()),
          brief(here.tokenizerDigest()),
          "its tokens mean other text here");
    }
    if (!saved.templateDigest().equals(here.templateDigest())) {
      throw differs(
          name,
          "chat template",
          brief(saved.templateDigest()),
          brief(here.templateDigest()),
          "its turns are marked in another way");
    }
    requireComputable(name, manifest);
    if (!samePages(saved, layout) && !manifest.dropped().isEmpty()) {
      throw differs(
          name,
          "page layout",
          saved.kvType() + " " + saved.layout(),
          here.kvType() + " " + here.layout(),
          "and pages were dropped, so it cannot be computed again");
    }
  }

  /** What others have written may be anything, and is computed in one batch with everybody's. */
  private void requireComputable(String name, SnapshotManifest manifest) {
    int vocabulary = model.config().vocabularySize();
    int length = model.config().contextLength();
    int[] tokens = manifest.tokens();
    int[] positions = manifest.positions();
    for (int slot = 0; slot < tokens.length; slot++) {
      if (tokens[slot] >= vocabulary) {
        throw beyond(name, "token " + tokens[slot], slot, vocabulary + " tokens of vocabulary");
      }
      if (positions[slot] >= length) {
        throw beyond(name, "position " + positions[slot], slot, length + " positions");
      }
    }
    for (RowMask mask : manifest.masks()) {
      long end = Arrays.stream(mask.runs()).asLongStream().sum();
      // As many runs as slots, and one before them that is empty.
      if (end > mask.slot() + 1L || mask.runs().length > mask.slot() + 2L) {
        String what = "a mask of %d entries in %d runs".formatted(end, mask.runs().length);
        throw beyond(name, what, mask.slot(), "the slots up to its own");
      }
    }
    int full = tokens.length / manifest.fingerprint().layout().pageTokens();
    if (!manifest.dropped().isEmpty() && manifest.dropped().getLast().end() > full) {
      throw beyond(name, "a dropped page", tokens.length - 1, full + " full pages");
    }
  }

  private static EngineException beyond(String name, String what, int slot, String limit) {
    return new EngineException(
        "snapshot \"%s\" is not one of this model: %s, in slot %d, is beyond %s"
            .formatted(name, what, slot, limit));
  }

  private static EngineException differs(
      String name, String what, String saved, String here, String consequence) {
    return new EngineException(
        "snapshot \"%s\" was made with another %s: %s, and here it is %s; %s"
            .formatted(name, what, saved, here, consequence));
  }

  private static String brief(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) : digest;
  }

  private Fingerprint compute() {
    return new Fingerprint(
        model.config().name(),
        model.digest(),
        tokenizerDigest(),
        model.chatTemplate().map(template -> hex(sha256(), template)).orElse("none"),
        "",
        KV_TYPE,
        layout);
  }

  private String tokenizerDigest() {
    Tokenizer tokenizer = model.tokenizer();
    MessageDigest digest = sha256();
    for (int id = 0; id < tokenizer.size(); id++) {
      byte[] token = tokenizer.bytes(id);
      String prefix = token.length + (tokenizer.isSpecial(id) ? " special " : " ");
      digest.update(prefix.getBytes(StandardCharsets.UTF_8));
      digest.update(token);
    }
    return hex(digest, tokenizer.splitRegex() + tokenizer.specialIds());
  }

  private static String hex(MessageDigest digest, String last) {
    return HexFormat.of().formatHex(digest.digest(last.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
