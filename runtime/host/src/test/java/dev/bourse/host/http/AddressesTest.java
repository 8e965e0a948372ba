package dev.bourse.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static InetAddress at(String text) {
    return Addresses.parse(text).orElseThrow(() -> new AssertionError(text));
  }

  @Test
  void whatIsOnThePublicInternetIsPublic() {
    for (String text :
        List.of(
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700:4700::1111",
            "2a00::1")) {
      assertThat(Addresses.isPublic(at(text))).as(text).isTrue();
    }
  }

  @Test
  void everythingElseIsNot() {
    for (String text :
        List.of(
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:a9fe:a9fe",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1")) {
      assertThat(Addresses.isPublic(at(text))).as(text).isFalse();
    }
  }

  @Test
  void anAddressIsWrittenInOneWay() {
    for (String text :
        List.of(
            "",
            "1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "256.0.0.1",
            "127.0.0.1 ",
            "127.0.0.-1",
            "1.2.3.4.5",
            "１.2.3.4",
            "::1%lo",
            "fe80::1%1",
            "[::1]",
            ":::",
            "1::2::3",
            "::ffff:1.2.3",
            "12345::")) {
      assertThat(Addresses.parse(text)).as(text).isEmpty();
    }
    assertThat(at("::ffff:1.2.3.4").getHostAddress()).isEqualTo("1.2.3.4");
  }

  @Test
  void aBlockHasWhatItsPrefixSays() {
    Addresses.Block block = Addresses.Block.of("10.96.0.0/11");
    assertThat(block.contains(at("10.96.0.0"))).isTrue();
    assertThat(block.contains(at("10.127.255.255"))).isTrue();
    assertThat(block.contains(at("10.128.0.0"))).isFalse();
    assertThat(block.contains(at("10.95.255.255"))).isFalse();
    assertThat(block.contains(at("::ffff:10.100.0.1"))).isTrue();
    assertThat(block.contains(at("a60::"))).isFalse();
    assertThat(Addresses.Block.of("::/0").contains(at("fe80::1"))).isTrue();
    for (String text :
        List.of("10.0.0.0/33", "::/129", "10.0.0.0/", "10/8", "10.0.0.0/-1", "x/8")) {
      assertThat(Addresses.Block.parse(text)).as(text).isEmpty();
    }
  }
}
