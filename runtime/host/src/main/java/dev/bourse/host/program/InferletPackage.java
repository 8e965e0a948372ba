package dev.bourse.host.program;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An inferlet as it is shipped.
 *
 * @param name what it is called in messages: its own name, or its file
 * @param manifest absent for a bare module, which then takes any parameters
 * @param wasm its module
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are loaded once
public record InferletPackage(String name, Optional<Manifest> manifest, byte[] wasm) {

  /** The hash of its module, in hexadecimal. */
  public String sha256() {
    return HexFormat.of().formatHex(CodeCache.sha256(wasm));
  }

  /** What it may do beyond computing: what its manifest states, or what a bare module may. */
  public Capabilities capabilities() {
    return manifest.map(Manifest::capabilities).orElse(Capabilities.DEFAULT);
  }

  /**
   * Refuses a module that is larger than it may be.
   *
   * @throws dev.bourse.host.process.LimitExceededException if it is
   */
  public void checkSize(Limits within) {
    within.check(Limit.MODULE_BYTES, wasm.length);
  }

  /** What it asks for: its manifest's limits, or the defaults. */
  public Limits limits() {
    return manifest.map(Manifest::limits).orElse(Limits.DEFAULT);
  }
}
