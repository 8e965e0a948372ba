package dev.bourse.server.programs;

import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.host.program.ProgramFile;
import dev.bourse.proto.v1.DescribeProgramResponse;
import dev.bourse.proto.v1.ProgramVersion;
import dev.bourse.server.remote.DeclaredParameters;
import dev.bourse.server.remote.ServerOption;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The programs that a server has for the tenant whose key is shown. */
record RemoteCatalog(BourseClient client, ServerOption server) implements Catalog {

  @Override
  public List<Line> list() {
    return client.programs().stream().map(this::line).toList();
  }

  /**
   * A damaged program keeps nobody from seeing the others, but nobody asks a server that is gone.
   */
  private Line line(ProgramVersion version) {
    long bytes = 0;
    String description = "";
    String problem = "";
    try {
      DescribeProgramResponse program =
          client.describe(version.getName() + "@" + version.getVersion());
      bytes = program.getModuleBytes();
      description = program.getDescription();
    } catch (BourseException e) {
      if (e.reason().equals("UNAVAILABLE")) {
        throw e;
      }
      problem = String.valueOf(e.getMessage());
    }
    return new Line(
        version.getName(), version.getVersion(), version.getBuiltIn(), bytes, description, problem);
  }

  @Override
  public Details show(String reference) {
    DescribeProgramResponse program = client.describe(reference);
    ProgramVersion version = program.getProgram();
    return new Details(
        version.getName(),
        version.getVersion(),
        program.getDescription(),
        version.getBuiltIn() ? "ships with Bourse" : server.target(),
        program.getModuleBytes(),
        program.getSha256(),
        "",
        new TreeMap<>(program.getLimitsMap()),
        versions(version.getName()).map(ProgramVersion::getVersion).toList(),
        DeclaredParameters.of(program));
  }

  private Stream<ProgramVersion> versions(String name) {
    return client.programs().stream().filter(version -> version.getName().equals(name));
  }

  @Override
  public String add(ProgramFile file, boolean replace) {
    if (client.deploy(file.toml().orElseThrow(), file.wasm(), replace).getCreated()) {
      return "";
    }
    return replace ? "was there already, or took the place of another" : "was there already";
  }

  @Override
  public List<String> added(String name) {
    return server.attempt(
        () ->
            versions(name)
                .filter(version -> !version.getBuiltIn())
                .map(ProgramVersion::getVersion)
                .toList());
  }

  @Override
  public void remove(String name, String version) {
    var _ =
        server.attempt(
            () -> {
              client.deleteProgram(name, version);
              return name;
            });
  }
}
