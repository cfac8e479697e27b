package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterAddressesTest {

  @ParameterizedTest
  @CsvSource({"10.244.0.7, 10.244.0.7", "fd00::7, [fd00::7]"})
  void thePodsOfADualStackClusterAreReachedToo(String address, String host) {
    Addresses.HostPort pooler = new ClusterAddresses().pooler("demo", "kn", address);
    assertThat(pooler).isEqualTo(new Addresses.HostPort(host, 6432));
    assertThat(URI.create("https://%s:%d/".formatted(pooler.host(), pooler.port())).getPort())
        .isEqualTo(6432);
  }
}
