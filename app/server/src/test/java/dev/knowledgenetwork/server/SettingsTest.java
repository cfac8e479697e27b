package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knowledgenetwork.sharding.PoolSettings;
import dev.knowledgenetwork.sharding.TransportSecurity;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void theDefaultsAreTheMountsOfThePod() {
    Settings settings = settings(Map.of());

    assertThat(settings.topologyFile()).isEqualTo(Path.of("/etc/kn/topology/topology.json"));
    assertThat(settings.databaseSecurity())
        .isEqualTo(new TransportSecurity.VerifyFull(Path.of("/etc/kn/topology/ca.crt")));
    assertThat(settings.databaseCredentials()).isEqualTo(Path.of("/etc/kn/db"));
    assertThat(settings.pool()).isEqualTo(PoolSettings.DEFAULT);
    assertThat(settings.cachePolicy()).isEqualTo(Path.of("/etc/kn/cache/cache.json"));
    assertThat(settings.cacheCredentials()).isEqualTo(Path.of("/etc/kn/cache-auth"));
    assertThat(settings.keys()).isEqualTo(URI.create("file:///etc/kn/auth/public.jwks"));
    assertThat(settings.issuer()).isEqualTo("https://knowledgenetwork.dev/development");
    assertThat(settings.audience()).isEqualTo("knowledge-network");
  }

  @Test
  void theEnvironmentOverrides() {
    Settings settings =
        settings(
            Map.of(
                "KN_AUTH_JWKS", "https://login.example/keys",
                "KN_AUTH_ISSUER", "https://login.example",
                "KN_POOL_MIN", "2",
                "KN_POOL_MAX", "4",
                "POD_NAME", "kn-api-0"));

    assertThat(settings.keys()).isEqualTo(URI.create("https://login.example/keys"));
    assertThat(settings.issuer()).isEqualTo("https://login.example");
    assertThat(settings.pool()).isEqualTo(PoolSettings.sized(2, 4));
    assertThat(settings.processName()).isEqualTo("kn-api-0");
  }

  @Test
  void outsideOfPodsEveryProcessHasANameOfItsOwn() {
    assertThat(settings(Map.of()).processName()).isNotEqualTo(settings(Map.of()).processName());
  }

  @Test
  void anEmptyVariableIsNone() {
    assertThat(settings(Map.of("KN_POOL_MAX", " ")).pool()).isEqualTo(PoolSettings.DEFAULT);
  }

  @Test
  void whatIsNoNumberIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Map.of("KN_POOL_MAX", "many")))
        .withMessage("KN_POOL_MAX must be a number, not 'many'");
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.from(environment::get);
  }
}
