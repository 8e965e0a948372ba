package dev.bourse.server.serve;

import dev.bourse.server.config.ConfigOption;
import picocli.CommandLine.Mixin;

/** The data folder for commands that need nothing else of the configuration. */
final class ConfiguredData {
  @Mixin private DataFolder data = new DataFolder();

  @Mixin private ConfigOption configuration = new ConfigOption();

  DataFolder folder() {
    return data.orElse(configuration.load().server().data());
  }
}
