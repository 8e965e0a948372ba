package dev.bourse.sdk.spi;

import dev.bourse.sdk.Budget;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One running inferlet's view of the process it runs in and of the client that started it. */
public interface GuestRuntime {
  /** The input: the text of one JSON object, validated against the manifest, defaults filled in. */
  String input();

  /** Sends one text message to the client ({@code session.send}). */
  void send(String text);

  /** Waits for the next text message from the client ({@code session.receive}). */
  String receive();

  /** The next text message from the client, if one has come ({@code session.receive}). */
  Optional<String> poll();

  /** Sends one file to the client ({@code session.send-file}). */
  void sendFile(byte[] file);

  /** Waits for a file from the client ({@code session.receive-file}). */
  byte[] receiveFile();

  /** The queues and the broadcasts of the user ({@code messaging}). */
  GuestMessages messages();

  /** The way to other hosts ({@code wasi:http}). */
  GuestHttp http();

  /** Servers of the Model Context Protocol ({@code pie:mcp/client}). */
  GuestMcp mcp();

  /** The runtime's version ({@code runtime.version}). */
  String version();

  /** This instance's unique id ({@code runtime.instance-id}). */
  String instanceId();

  /** Who started this instance ({@code runtime.username}). */
  String username();

  /** Whether all inferlets are to end ({@code bourse:runtime} {@code stopping}). */
  boolean isStopping();

  /** Names of the models that can be loaded; the first is the default ({@code runtime.models}). */
  List<String> models();

  /**
   * Launches another inferlet ({@code runtime.launch}).
   *
   * @param input the text of one JSON object
   * @param budget what it has of its own; null to spend with this one
   */
  GuestChild launch(String program, String input, @Nullable Budget budget);

  /** Binds a loaded model by name ({@code model.load}). */
  GuestModel model(String name);
}
