package dev.bourse.host.process;

import dev.bourse.engine.Engine;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import dev.bourse.text.Tokenizer;
import java.nio.charset.StandardCharsets;

/**
 * A model that inferlets can load by name.
 *
 * @param name what {@code model.load} is given
 * @param engine what computes it
 * @param chat its chat template
 */
public record ServedModel(String name, Engine engine, ChatTurns chat) {

  public Tokenizer tokenizer() {
    return engine.tokenizer();
  }

  /** What its contexts are computed with. */
  public RuntimeIdentity runtime() {
    Fingerprint fingerprint = engine.fingerprint();
    return new RuntimeIdentity(
        fingerprint.modelName(),
        fingerprint.modelDigest(),
        fingerprint.tokenizerDigest(),
        fingerprint.templateDigest(),
        fingerprint.adapter(),
        fingerprint.kvType());
  }

  /** The text of some tokens; bytes that are not UTF-8 become U+FFFD. */
  public String decode(int[] tokens) {
    return new String(tokenizer().decode(tokens, false), StandardCharsets.UTF_8);
  }
}
