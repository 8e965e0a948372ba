package dev.bourse.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationTest {
  private static Destination parse(String authority) throws HttpException {
    return Destination.parse(true, authority);
  }

  @Test
  void aHostHasOneNameHoweverItIsWritten() throws Exception {
    assertThat(parse("API.Example.COM.").host()).isEqualTo("api.example.com");
    assertThat(parse("api.example.com:8443").port()).isEqualTo(8443);
    assertThat(parse("api.example.com").port()).isEqualTo(443);
    assertThat(Destination.parse(false, "api.example.com").port()).isEqualTo(80);
    assertThat(parse("xn--bcher-kva.example").host()).isEqualTo("xn--bcher-kva.example");
    assertThat(parse("a_b.example").host()).isEqualTo("a_b.example");
    assertThat(parse("3com.com").address()).isEmpty();
    assertThat(parse("1.2.3.4:80").address()).hasValueSatisfying(a -> a.isAnyLocalAddress());
    assertThat(parse("[2606:4700::1]:80").port()).isEqualTo(80);
    assertThat(parse("[::ffff:127.0.0.1]").host()).isEqualTo("127.0.0.1");
  }

  @Test
  void theFieldHostHasThePortUnlessItIsTheSchemesOwn() throws Exception {
    assertThat(parse("api.example.com:443").hostField()).isEqualTo("api.example.com");
    assertThat(parse("api.example.com:80").hostField()).isEqualTo("api.example.com:80");
    assertThat(Destination.parse(false, "[::1]:8080").hostField())
        .isEqualTo("[0:0:0:0:0:0:0:1]:8080");
  }

  @Test
  void localhostIsThisMachineWhateverAResolverSays() throws Exception {
    for (String host :
        List.of("localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost:1")) {
      assertThat(parse(host).isLocalhost()).as(host).isTrue();
    }
    assertThat(parse("localhost.example.com").isLocalhost()).isFalse();
    assertThat(parse("notlocalhost").isLocalhost()).isFalse();
  }

  @Test
  void whatCouldBeReadInTwoWaysIsRefused() {
    for (String authority :
        List.of(
            "",
            ":80",
            "user@host",
            "user:password@host",
            "api.example.com@127.0.0.1",
            "127.0.0.1#@api.example.com",
            "api.example.com/..",
            "api.example.com\\@127.0.0.1",
            "api.example.com?x",
            "api example.com",
            "api.example.com\r\nX: y",
            "api.example.com\0",
            "api%2eexample.com",
            "example..com",
            ".example.com",
            "example.com..",
            "-a.example",
            "a-.example",
            "bücher.example",
            "ⓔxample.com",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.01",
            "1.2.3.4.5",
            "256.256.256.256",
            "127.0.0.1.",
            "example.1",
            "example.0x1",
            "::1",
            "[::1",
            "::1]",
            "[::1%25lo]",
            "[fe80::1%eth0]",
            "[1.2.3.4]",
            "[localhost]",
            "[]",
            "host:",
            "host:0",
            "host:65536",
            "host:-1",
            "host:+80",
            "host:80:80",
            "host:8 0",
            "a".repeat(64) + ".example",
            "a.".repeat(130) + "example")) {
      assertThatThrownBy(() -> parse(authority))
          .as(authority)
          .isInstanceOfSatisfying(
              HttpException.class,
              e -> assertThat(e.error().code()).isEqualTo(HttpError.Code.HTTP_REQUEST_URI_INVALID));
    }
  }
}
