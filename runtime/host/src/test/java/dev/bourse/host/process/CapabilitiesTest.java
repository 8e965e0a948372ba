package dev.bourse.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What programs are granted, by the names that manifests have for it. */
class CapabilitiesTest {

  @Test
  void everyCapabilityIsFoundByItsKey() {
    for (Capability capability : Capability.values()) {
      assertThat(Capability.byKey(capability.key())).contains(capability);
      assertThat(Capabilities.ofKeys(List.of(capability.key())))
          .isEqualTo(Capabilities.of(capability));
    }
  }

  @Test
  void anUnknownKeyIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> Capabilities.ofKeys(List.of("files", "root")))
        .hasMessage(
            "\"root\" is no capability; there are files, network, launch, messaging, mcp,"
                + " snapshots, adapters");
  }

  @Test
  void whatIsAskedForIsGrantedWithinWhatIsAllowed() {
    Capabilities asked = Capabilities.of(Capability.FILES, Capability.NETWORK);
    assertThat(asked.atMost(Capabilities.DEFAULT)).isEqualTo(Capabilities.of(Capability.FILES));
    assertThat(asked.atMost(Capabilities.NONE)).isEqualTo(Capabilities.NONE);
    assertThat(Capabilities.NONE.atMost(Capabilities.ALL)).isEqualTo(Capabilities.NONE);
    assertThat(Capabilities.ALL.atMost(asked)).isEqualTo(asked);
  }

  @Test
  void withoutAManifestNothingLeavesTheHost() {
    assertThat(Capabilities.DEFAULT.has(Capability.NETWORK)).isFalse();
    assertThat(Capabilities.DEFAULT.has(Capability.MCP)).isFalse();
    assertThat(Capabilities.DEFAULT.has(Capability.FILES)).isTrue();
  }
}
