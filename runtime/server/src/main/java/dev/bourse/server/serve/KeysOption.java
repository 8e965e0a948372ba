package dev.bourse.server.serve;

import dev.bourse.server.remote.ServerOption;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** Whose keys a command means: those of a server that runs, or of a data folder. */
final class KeysOption {
  @Mixin private ConfiguredData data = new ConfiguredData();

  @Mixin private ServerOption server = new ServerOption();

  /** Does something with them. */
  <T> T use(Function<Keys, T> action) {
    return server.isAsked("--tenant", "--role", "--note")
        ? server.use(client -> action.apply(new RemoteKeys(client)))
        : action.apply(new EmbeddedKeys(data.folder()));
  }
}
