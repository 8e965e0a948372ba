package dev.bourse.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllowListTest {
  private static boolean permits(AllowList list, boolean tls, String authority) throws Exception {
    return list.permits(Destination.parse(tls, authority));
  }

  private static boolean permits(AllowList list, String authority, String address)
      throws Exception {
    return list.permits(Destination.parse(true, authority), Addresses.parse(address).orElseThrow());
  }

  @Test
  void nothingIsPermittedUnlessItIsListed() throws Exception {
    assertThat(permits(AllowList.NONE, true, "api.example.com")).isFalse();
    assertThat(permits(AllowList.NONE, true, "1.1.1.1")).isFalse();
    AllowList list = AllowList.of(List.of("api.example.com"));
    assertThat(permits(list, true, "api.example.com")).isTrue();
    assertThat(permits(list, true, "API.example.com.")).isTrue();
    assertThat(permits(list, false, "api.example.com")).isTrue();
    assertThat(permits(list, true, "example.com")).isFalse();
    assertThat(permits(list, true, "a.api.example.com")).isFalse();
    assertThat(permits(list, true, "api.example.com.evil.example")).isFalse();
    assertThat(permits(list, true, "xapi.example.com")).isFalse();
  }

  @Test
  void withoutAPortItIsTheSchemesOwn() throws Exception {
    AllowList list = AllowList.of(List.of("api.example.com", "b.example:8443"));
    assertThat(permits(list, true, "api.example.com:80")).isFalse();
    assertThat(permits(list, false, "api.example.com:443")).isFalse();
    assertThat(permits(list, true, "api.example.com:22")).isFalse();
    assertThat(permits(list, true, "b.example:8443")).isTrue();
    assertThat(permits(list, true, "b.example")).isFalse();
  }

  @Test
  void aStarIsEveryNameBelowButNotTheNameItself() throws Exception {
    AllowList list = AllowList.of(List.of("*.example.org:443"));
    assertThat(permits(list, true, "a.example.org")).isTrue();
    assertThat(permits(list, true, "a.b.example.org")).isTrue();
    assertThat(permits(list, true, "example.org")).isFalse();
    assertThat(permits(list, true, "evilexample.org")).isFalse();
    assertThat(permits(list, false, "a.example.org")).isFalse();
  }

  @Test
  void aStarAloneIsEveryNameAndNoAddress() throws Exception {
    AllowList list = AllowList.of(List.of("*"));
    assertThat(permits(list, true, "whatever.example")).isTrue();
    assertThat(permits(list, true, "1.1.1.1")).isFalse();
    assertThat(permits(list, "whatever.example", "1.1.1.1")).isTrue();
    assertThat(permits(list, "whatever.example", "10.0.0.1")).isFalse();
  }

  @Test
  void aListedNameMayNotBeAtAnAddressThatIsNotPublic() throws Exception {
    AllowList list = AllowList.of(List.of("api.example.com"));
    assertThat(permits(list, "api.example.com", "1.1.1.1")).isTrue();
    for (String address :
        List.of("127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "fd00::1")) {
      assertThat(permits(list, "api.example.com", address)).as(address).isFalse();
    }
  }

  @Test
  void unlessTheAddressIsListedToo() throws Exception {
    AllowList list = AllowList.of(List.of("api.example.com", "10.1.0.0/16:443", "[fd00::]/8"));
    assertThat(permits(list, "api.example.com", "10.1.2.3")).isTrue();
    assertThat(permits(list, "api.example.com", "10.2.2.3")).isFalse();
    assertThat(permits(list, "api.example.com", "fd12::1")).isTrue();
    assertThat(permits(list, true, "10.1.2.3")).isTrue();
    assertThat(permits(list, true, "[fd00::1]")).isTrue();
    assertThat(permits(list, false, "10.1.2.3")).isFalse();
    AllowList one = AllowList.of(List.of("127.0.0.1:8080"));
    assertThat(permits(one, false, "127.0.0.1:8080")).isTrue();
    assertThat(permits(one, false, "[::ffff:127.0.0.1]:8080")).isTrue();
    assertThat(permits(one, false, "127.0.0.2:8080")).isFalse();
    assertThat(permits(one, false, "127.0.0.1:8081")).isFalse();
    assertThat(permits(one, false, "localhost:8080")).isFalse();
  }

  @Test
  void localhostMayOnlyBeTheLoopback() throws Exception {
    AllowList list = AllowList.of(List.of("localhost:8080", "localhost"));
    assertThat(permits(list, false, "localhost.:8080")).isTrue();
    assertThat(permits(list, "localhost", "127.0.0.1")).isTrue();
    assertThat(permits(list, "localhost", "1.1.1.1")).isFalse();
    assertThat(permits(list, "localhost", "10.0.0.1")).isFalse();
  }

  @Test
  void everythingIsForTheOperator() throws Exception {
    assertThat(permits(AllowList.EVERYTHING, false, "127.0.0.1:9")).isTrue();
    assertThat(
            AllowList.EVERYTHING.permits(
                Destination.parse(true, "x.example"), InetAddress.getLoopbackAddress()))
        .isTrue();
  }

  @Test
  void whatIsNoHostIsRefused() {
    for (String entry :
        List.of(
            "",
            "**",
            "*.",
            "*.*.example",
            "a.*.example",
            "*example.org",
            "https://example.org",
            "example.org/path",
            "user@example.org",
            "example.org:0",
            "example.org:x",
            "example.org:65536",
            "10.0.0.0/40",
            "127.1",
            "[::1]:",
            "[::g]")) {
      assertThatThrownBy(() -> AllowList.of(List.of(entry)))
          .as(entry)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + entry + "\" is no host");
    }
  }

  @Test
  void addressesOfBothFamiliesCanBeListed() {
    for (String entry :
        List.of("::1", "[::1]", "[::1]:8080", "[fd00::/8]:443", "10.0.0.0/8", "10.0.0.1:1")) {
      assertThat(AllowList.of(List.of(entry))).as(entry).isNotNull();
    }
  }
}
