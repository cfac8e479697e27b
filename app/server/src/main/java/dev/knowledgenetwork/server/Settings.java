package dev.knowledgenetwork.server;

import dev.knowledgenetwork.sharding.Credentials;
import dev.knowledgenetwork.sharding.PoolSettings;
import dev.knowledgenetwork.sharding.ShardSettings;
import dev.knowledgenetwork.sharding.TransportSecurity;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is, from the environment; the defaults are the mounts in a pod. No secret is
 * ever here, only the directories they are mounted in.
 *
 * @param topologyFile {@code KN_TOPOLOGY_FILE}
 * @param databaseSecurity verified by {@code KN_TOPOLOGY_CA}; {@code KN_DB_TLS=off} only for
 *     servers of a test on the same machine
 * @param databaseCredentials {@code KN_DB}: directory with user name and password
 * @param pool {@code KN_POOL_MIN}, {@code KN_POOL_MAX}
 * @param cachePolicy {@code KN_CACHE_POLICY}: cache.json
 * @param cacheCredentials {@code KN_CACHE_AUTH}: directory with user name, password and authority
 * @param keys {@code KN_AUTH_JWKS}: file or https URL of the keys that sign tokens
 * @param keysAuthority {@code KN_AUTH_CA}: authority of the certificate at that URL; without it one
 *     that is publicly known
 * @param issuer {@code KN_AUTH_ISSUER}
 * @param audience {@code KN_AUTH_AUDIENCE}
 * @param processName the pod's name, which a restarted container keeps, so that it can say what
 *     becomes of what its predecessor left; outside of pods a random one
 */
record Settings(
    Path topologyFile,
    TransportSecurity databaseSecurity,
    Path databaseCredentials,
    PoolSettings pool,
    Path cachePolicy,
    Path cacheCredentials,
    URI keys,
    @Nullable Path keysAuthority,
    String issuer,
    String audience,
    String processName) {

  /**
   * Reads the settings.
   *
   * @param environment value of a variable, or null
   * @throws IllegalArgumentException naming the variable that cannot be used
   */
  static Settings from(Function<String, @Nullable String> environment) {
    Variables variables = new Variables(environment);
    Path topology = variables.path("KN_TOPOLOGY_FILE", "/etc/kn/topology/topology.json");
    TransportSecurity security =
        variables.text("KN_DB_TLS", "on").equals("off")
            ? new TransportSecurity.Plaintext()
            : new TransportSecurity.VerifyFull(
                variables.path("KN_TOPOLOGY_CA", "/etc/kn/topology/ca.crt"));
    return new Settings(
        topology,
        security,
        variables.path("KN_DB", "/etc/kn/db"),
        PoolSettings.sized(
            variables.number("KN_POOL_MIN", PoolSettings.DEFAULT.minimum()),
            variables.number("KN_POOL_MAX", PoolSettings.DEFAULT.maximum())),
        variables.path("KN_CACHE_POLICY", "/etc/kn/cache/cache.json"),
        variables.path("KN_CACHE_AUTH", "/etc/kn/cache-auth"),
        variables.location("KN_AUTH_JWKS", "/etc/kn/auth/public.jwks"),
        variables.optionalPath("KN_AUTH_CA"),
        variables.text("KN_AUTH_ISSUER", "https://knowledgenetwork.dev/development"),
        variables.text("KN_AUTH_AUDIENCE", "knowledge-network"),
        variables.text("POD_NAME", "local-" + UUID.randomUUID()));
  }

  ShardSettings shards() {
    return new ShardSettings(
        topologyFile,
        Credentials.fromDirectory(databaseCredentials),
        databaseSecurity,
        pool,
        ShardSettings.DEFAULT_DEADLINE);
  }

  private record Variables(Function<String, @Nullable String> environment) {
    String text(String name, String otherwise) {
      return Optional.ofNullable(environment.apply(name))
          .filter(value -> !value.isBlank())
          .orElse(otherwise);
    }

    Path path(String name, String otherwise) {
      return Path.of(text(name, otherwise));
    }

    @Nullable Path optionalPath(String name) {
      String text = text(name, "");
      return text.isEmpty() ? null : Path.of(text);
    }

    URI location(String name, String otherwise) {
      String text = text(name, otherwise);
      return text.startsWith("https://") ? URI.create(text) : Path.of(text).toUri();
    }

    int number(String name, int otherwise) {
      String text = text(name, Integer.toString(otherwise));
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(name + " must be a number, not '" + text + "'", e);
      }
    }
  }
}
