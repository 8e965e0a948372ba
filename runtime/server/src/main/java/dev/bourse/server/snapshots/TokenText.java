package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of a snapshot's tokens, which only its own model's vocabulary can tell. */
final class TokenText {
  private TokenText() {}

  /**
   * The text, if the model is at hand.
   *
   * @param model the file that a user named, or null to try the embedded one
   */
  static Optional<String> of(SnapshotManifest manifest, @Nullable String model) {
    String wanted = manifest.fingerprint().modelDigest();
    try (GgufFile file = ModelFiles.open(model == null ? ModelFiles.DEMO : model)) {
      if (file.digest().equals(wanted)) {
        byte[] text = ModelFiles.tokenizer(file).decode(manifest.tokens(), false);
        return Optional.of(new String(text, StandardCharsets.UTF_8));
      }
      if (model != null) {
        throw CommandException.badFile(
            "%s is not the model of this snapshot, %s: its digest is %s, not %s"
                .formatted(model, manifest.fingerprint().modelName(), file.digest(), wanted));
      }
      return Optional.empty();
    }
  }
}
