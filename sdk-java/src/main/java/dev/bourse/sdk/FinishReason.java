package dev.bourse.sdk;

/** Why a generator stopped. */
public enum FinishReason {
  /** The model ended its turn with a stop token. */
  STOP,
  /** The limit of tokens was reached. */
  LENGTH
}
