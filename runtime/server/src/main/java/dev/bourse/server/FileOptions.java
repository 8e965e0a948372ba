package dev.bourse.server;

import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that an inferlet is sent, and where those go that it sends. */
final class FileOptions {
  @Option(
      names = "--send-file",
      paramLabel = "FILE",
      description = "Send the inferlet a file, as often as it is given, in this order.")
  private List<String> sent = new ArrayList<>();

  @Option(
      names = "--output-dir",
      paramLabel = "FOLDER",
      description =
          "Where files go that the inferlet sends, as file-1, file-2 and so on; nothing is"
              + " overwritten. Default: they are dropped, and it is said so.")
  private @Nullable String outputFolder;

  private final List<byte[]> contents = new ArrayList<>();
  private int next = 1;

  /** Whether there is anything to send, or to keep. */
  boolean areGiven() {
    return !sent.isEmpty() || outputFolder != null;
  }

  /**
   * Reads what is to be sent, and refuses what cannot be, before anything is loaded.
   *
   * @param limits of the inferlet
   */
  void load(Limits limits) {
    if (outputFolder != null && !Files.isDirectory(ModelFiles.path(outputFolder))) {
      throw CommandException.badFile(outputFolder + ": is no folder; --output-dir needs one");
    }
    long left = limits.max(Limit.MESSAGE_BYTES);
    for (String name : sent) {
      Path file = ModelFiles.path(name);
      try {
        left -= Files.size(file);
        if (left < 0) {
          throw CommandException.usage(
              "--send-file: with %s there are more than the %d bytes that can wait for an inferlet (its limit %s)"
                  .formatted(file, limits.max(Limit.MESSAGE_BYTES), Limit.MESSAGE_BYTES.key()));
        }
        contents.add(Files.readAllBytes(file));
      } catch (IOException e) {
        throw CommandException.badFile(
            file + (Files.exists(file) ? ": cannot be read" : ": no such file"), e);
      }
    }
  }

  /** What is to be sent, in order. */
  List<byte[]> contents() {
    return contents;
  }

  /** Keeps a file that the inferlet sends; returns a line that says where. */
  String receive(byte[] file) {
    if (outputFolder == null) {
      return "dropped a file of %d bytes that the inferlet sent; --output-dir FOLDER keeps them"
          .formatted(file.length);
    }
    Path path;
    do { // What is there is of an earlier run.
      path = ModelFiles.path(outputFolder).resolve("file-" + next++);
    } while (Files.exists(path));
    try {
      Files.write(path, file, StandardOpenOption.CREATE_NEW);
      return "wrote %s, %d bytes".formatted(path, file.length);
    } catch (IOException e) {
      return "lost a file of %d bytes that the inferlet sent: %s cannot be written (%s)"
          .formatted(file.length, path, e.getMessage());
    }
  }
}
