package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.Limit;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ManifestException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Manifests, parameters, and where inferlets are found. */
class ManifestTest {
  private static final Manifest MANIFEST =
      Manifest.parse(
          "m",
          """
          name = "say"
          version = "1.0.0"
          description = "Says it."
          [parameters.what]
          type = "string"
          required = true
          description = "What to say."
          [parameters.times]
          type = "integer"
          default = 2
          minimum = 1
          maximum = 10
          [parameters.loud]
          type = "boolean"
          [limits]
          memory-pages = 64
          """);

  private static void refused(String json, Map<String, String> texts, String... problems) {
    assertThatThrownBy(() -> MANIFEST.input(json, texts))
        .isInstanceOfSatisfying(
            ManifestException.class, e -> assertThat(e.problems()).containsExactly(problems));
  }

  @Test
  void parametersAreCheckedAndDefaultsFilledIn() {
    assertThat(MANIFEST.input("{\"what\":\"hi\"}", Map.of()))
        .isEqualTo("{\"what\":\"hi\",\"times\":2}");
    assertThat(MANIFEST.input("{}", Map.of("what", "12", "times", "3", "loud", "true")))
        .isEqualTo("{\"what\":\"12\",\"times\":3,\"loud\":true}");
    assertThat(MANIFEST.input("{\"what\":\"a\"}", Map.of("what", "b"))).contains("\"b\"");
  }

  @Test
  void everythingWrongWithTheParametersIsListed() {
    refused(
        "{\"times\":0,\"volume\":1}",
        Map.of(),
        "there is no parameter volume: say has what, times, loud",
        "parameter what is required: What to say.",
        "parameter times is 0, must be at least 1");
    refused("{\"what\":3}", Map.of(), "parameter what is 3, expected a string");
    refused(
        "{\"what\":\"x\"}",
        Map.of("times", "many"),
        "parameter times is \"many\", expected type integer");
    refused(
        "{\"what\":\"x\",\"times\":1.5}", Map.of(), "parameter times is 1.5, expected an integer");
    refused("[]", Map.of("what", "x"), "the input is not a JSON object: []");
    assertThatThrownBy(() -> MANIFEST.input("{", Map.of()))
        .hasMessageContaining("the input is not JSON");
  }

  @Test
  void everythingWrongWithAManifestIsListed() {
    assertThatThrownBy(
            () ->
                Manifest.parse(
                    "bad.toml",
                    """
                    name = "Bad Name"
                    description = "x"
                    colour = "red"
                    [parameters.a]
                    type = "text"
                    [parameters.b]
                    type = "integer"
                    default = "two"
                    [limits]
                    memory-pages = 0
                    patience = 3
                    """))
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith("bad.toml: ")
        .hasMessageContaining("there is no key colour")
        .hasMessageContaining("name is \"Bad Name\"")
        .hasMessageContaining("the key version is missing")
        .hasMessageContaining("parameters.a.type is \"text\"")
        .hasMessageContaining("parameter b is \"two\", expected an integer")
        .hasMessageContaining("limit memory-pages is 0, must be between 1 and 32767")
        .hasMessageContaining("there is no limit patience; known limits: module-bytes");
    assertThatThrownBy(() -> Manifest.parse("bad.toml", "name = ["))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("is not TOML");
  }

  @Test
  void limitsComeFromTheManifest() {
    assertThat(MANIFEST.limits().max(Limit.MEMORY_PAGES)).isEqualTo(64);
    assertThat(MANIFEST.limits().max(Limit.HANDLES)).isEqualTo(Limit.HANDLES.defaultMax());
  }

  @Test
  void capabilitiesAreDeniedUnlessStated() {
    assertThat(MANIFEST.capabilities()).isEqualTo(Capabilities.NONE);
    String head = "name = \"a\"\nversion = \"1.0.0\"\ndescription = \"D.\"\ncapabilities = ";
    assertThat(Manifest.parse("m", head + "[\"files\", \"launch\"]").capabilities())
        .isEqualTo(Capabilities.of(Capability.FILES, Capability.LAUNCH));
    assertThat(Manifest.parse("m", head + "[]").capabilities()).isEqualTo(Capabilities.NONE);
    for (String wrong : new String[] {"[\"file\"]", "\"files\"", "[1]", "{}", "[[\"files\"]]"}) {
      assertThatThrownBy(() -> Manifest.parse("m", head + wrong))
          .as(wrong)
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("capabilities");
    }
  }

  @Test
  void aNameAndAVersionAreStrict() {
    for (String version :
        new String[] {
          "1", "1.2", "01.2.3", "1.2.3-01", "v1.2.3", "1.2.3-", "1.2.3+", "9999999999.0.0"
        }) {
      assertThatThrownBy(() -> parse("say", version))
          .as(version)
          .hasMessageContaining("version is \"%s\", expected a version like 0.1.0", version);
    }
    for (String version : new String[] {"0.0.0", "1.2.3-rc.1+build.5", "1.2.3--", "1.0.0-0a"}) {
      assertThat(parse("say", version).version()).isEqualTo(version);
    }
    for (String name : new String[] {"", "-a", "a-", "a--b", "A", "a/b", "..", "a".repeat(65)}) {
      assertThatThrownBy(() -> parse(name, "1.0.0")).as(name).hasMessageContaining("name is");
    }
  }

  private static Manifest parse(String name, String version) {
    return Manifest.parse(
        "m", "name = \"%s\"\nversion = \"%s\"\ndescription = \"D.\"\n".formatted(name, version));
  }

  @Test
  void withoutAManifestTheInputIsStillAnObject() {
    assertThat(Manifest.anyInput("guest", "{\"a\": [1]}")).isEqualTo("{\"a\": [1]}");
    for (String wrong : new String[] {"", "[1]", "{", "{} {}"}) {
      assertThatThrownBy(() -> Manifest.anyInput("guest", wrong))
          .as(wrong)
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("the input is");
    }
  }
}
