package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestModel;

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

  /** The credits this inferlet can still spend on this model. */
  public double balance() {
    return guest.balance();
  }

  /** The last dividend paid per page held, in credits. */
  public double dividend() {
    return guest.dividend();
  }

  GuestModel guest() {
    return guest;
  }
}
