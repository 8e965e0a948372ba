package dev.bourse.server.scaffold;

import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ManifestException;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse new}. */
@Command(
    name = "new",
    description = {
      "Begin an inferlet: a folder with its source, a manifest, a build script and a README.",
      "",
      "It forks a context, answers under a grammar, saves, and prints; change it from there."
    })
public final class NewCommand implements Callable<Integer> {
  private static final String BUILD = "build.sh";
  private static final String MANIFEST = "inferlet.toml";

  private final Streams streams;

  @Parameters(paramLabel = "NAME", description = "In lower case, such as my-inferlet.")
  private String name = "";

  @Option(
      names = {"-l", "--language"},
      required = true,
      paramLabel = "LANGUAGE",
      description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable Language language;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The folder to make, which must not exist. Default: NAME.")
  private @Nullable String directory;

  public NewCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Language chosen = language == null ? Language.JAVA : language;
    Path folder = ModelFiles.path(directory == null ? name : directory);
    List<String> files = new ArrayList<>(List.of(MANIFEST, BUILD, "README.md"));
    files.addAll(chosen.sources());
    String manifest = text(chosen, MANIFEST);
    try {
      var _ = Manifest.parse(MANIFEST, manifest);
    } catch (ManifestException e) {
      throw CommandException.usage(
          "'%s' is no name for an inferlet: %s".formatted(name, e.problems().getFirst()));
    }
    try {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(folder);
      for (String file : files) {
        write(folder.resolve(file), text(chosen, file));
      }
      if (!folder.resolve(BUILD).toFile().setExecutable(true)) {
        streams.error("bourse: " + folder.resolve(BUILD) + " cannot be made executable");
      }
    } catch (FileAlreadyExistsException e) {
      throw CommandException.failed(
          folder + ": is there already, and nothing in it is overwritten; --dir names another");
    } catch (IOException e) {
      throw CommandException.badFile(folder + ": cannot be made: " + e, e);
    }
    streams.println("made %s: build it with %s/build.sh, run it with".formatted(folder, folder));
    streams.println("  bourse run %s/".formatted(folder));
    return ExitCode.OK;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  /** A file of the project: that of the example, under the new name. */
  private String text(Language chosen, String file) {
    String text = resource("/guests/" + chosen.word() + "/" + file);
    String example = "guest-in-" + chosen.word();
    text = text.replace(example, name).replace(example.replace('-', '_'), name.replace('-', '_'));
    return chosen == Language.JAVA && file.equals(BUILD) ? withCheckout(text) : text;
  }

  /**
   * The SDK for Java is not published: what is made from it stays near the checkout that has it.
   */
  private static String withCheckout(String script) {
    Path checkout =
        Checkout.folder()
            .orElseThrow(
                () ->
                    CommandException.failed(
                        "an inferlet in Java is built with a checkout of Bourse, and this program"
                            + " is in none; run the bourse of a checkout"));
    // It stands between double quotes, where single ones would be letters of the path.
    String quoted = checkout.toString().replaceAll("[\\\\\"$`}]", "\\\\$0");
    return script.replace("${BOURSE:-../../..}", "${BOURSE:-" + quoted + "}");
  }

  private static String resource(String path) {
    try (InputStream in = NewCommand.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + path + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the resource " + path + " cannot be read", e);
    }
  }
}
