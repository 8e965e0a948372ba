package dev.bourse.sdk.spi;

import dev.bourse.sdk.HttpField;
import java.util.List;

/** A response ({@code wasi:http/types.incoming-response}), whose body is read as it comes. */
public interface GuestResponse {
  /** Its status. */
  int status();

  /** Its header fields, in their order. */
  List<HttpField> fields();

  /**
   * Waits for the next bytes of its body.
   *
   * @return none at the end
   * @throws dev.bourse.sdk.InferletException if the body breaks off
   */
  byte[] read();

  /** Gives up what was not read. */
  void close();
}
