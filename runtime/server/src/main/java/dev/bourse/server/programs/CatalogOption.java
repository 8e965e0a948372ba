package dev.bourse.server.programs;

import dev.bourse.server.ProgramOptions;
import dev.bourse.server.remote.ServerOption;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** Whose programs a command means: those of this machine, or a server's. */
final class CatalogOption {
  @Mixin private ProgramOptions options = new ProgramOptions();

  @Mixin private ServerOption server = new ServerOption();

  /** Does something with them. */
  <T> T use(Function<Catalog, T> action) {
    return server.isAsked("--json", "--replace")
        ? server.use(client -> action.apply(new RemoteCatalog(client, server)))
        : action.apply(new EmbeddedCatalog(options));
  }
}
