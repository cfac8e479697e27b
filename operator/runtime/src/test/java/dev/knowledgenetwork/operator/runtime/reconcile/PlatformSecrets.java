package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.secrets.Pem;
import dev.knowledgenetwork.operator.runtime.secrets.ScramVerifier;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets of a platform called kn with two shards: what somebody does to them, and whether all
 * that rests on them is true to them.
 */
record PlatformSecrets(KubernetesClient client, String namespace, Backends backends) {

  /** All that the operator made, by name. */
  Map<String, Secret> all() {
    return client
        .secrets()
        .inNamespace(namespace)
        .withLabel(Labels.MANAGED_BY, Labels.OPERATOR)
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                secret -> secret.getMetadata().getName(),
                secret -> secret,
                (one, other) -> one,
                TreeMap::new));
  }

  /** One, where it is there. */
  @Nullable Secret find(String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  /** A value, which must be there. */
  String value(String secret, String key) {
    return value(all(), secret, key);
  }

  private static String value(Map<String, Secret> secrets, String secret, String key) {
    assertThat(secrets).containsKey(secret);
    assertThat(secrets.get(secret).getData()).as(secret).containsKey(key);
    return new String(
        Base64.getDecoder().decode(secrets.get(secret).getData().get(key)), StandardCharsets.UTF_8);
  }

  /** Somebody deletes one. */
  void delete(String name) {
    client.secrets().inNamespace(namespace).withName(name).delete();
  }

  /** Somebody changes a value by hand. */
  void change(String name, String key, String value) {
    client
        .secrets()
        .inNamespace(namespace)
        .withName(name)
        .edit(
            live ->
                new SecretBuilder(live)
                    .addToData(
                        key,
                        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))
                    .build());
  }

  /** Somebody puts one back from a backup. */
  void restore(Secret before) {
    Secret live = find(before.getMetadata().getName());
    if (live == null) {
      client
          .resource(
              new SecretBuilder(before)
                  .editMetadata()
                  .withUid(null)
                  .withResourceVersion(null)
                  .withManagedFields(List.of())
                  .endMetadata()
                  .build())
          .create();
    } else {
      client.resource(new SecretBuilder(live).withData(before.getData()).build()).update();
    }
  }

  /** All three kinds say that they are whole, and what rests on the Secrets is true to them. */
  void assertWholeAndTrue() throws SQLException, GeneralSecurityException {
    assertWhole(KnowledgeNetwork.class);
    assertWhole(ShardSet.class);
    assertWhole(CacheTier.class);
    Map<String, Secret> secrets = all();
    assertSecretsAgree(secrets);
    assertDatabasesTake(secrets);
  }

  private <P extends CustomResource<?, ? extends Conditioned>> void assertWhole(Class<P> type) {
    P object = client.resources(type).inNamespace(namespace).withName("kn").get();
    assertThat(object).isNotNull();
    List<Condition> conditions = Told.of(object.getStatus());
    Map<String, ConditionStatus> statuses = new TreeMap<>();
    conditions.forEach(condition -> statuses.put(condition.type(), condition.status()));
    assertThat(statuses)
        .as("%s %s", type.getSimpleName(), conditions)
        .containsEntry("Ready", ConditionStatus.TRUE)
        .containsEntry("Reconciling", ConditionStatus.FALSE)
        .containsEntry("Stalled", ConditionStatus.FALSE)
        .containsEntry("Degraded", ConditionStatus.FALSE);
  }

  private static void assertSecretsAgree(Map<String, Secret> secrets)
      throws GeneralSecurityException {
    String app = value(secrets, "kn-app", "password");
    assertThat(value(secrets, "kn-app", "username")).isEqualTo("kn_app");
    assertThat(value(secrets, "kn-migrate", "username")).isEqualTo("kn_migrate");
    assertThat(value(secrets, "kn-pooler", "userlist.txt"))
        .isEqualTo("\"kn_app\" \"" + app + "\"\n");
    assertThat(value(secrets, "kn-db-binding", "password")).isEqualTo(app);
    assertThat(value(secrets, "kn-superuser", "20-credentials.yml"))
        .contains(
            value(secrets, "kn-superuser", "password"),
            value(secrets, "kn-superuser", "replication-password"),
            value(secrets, "kn-superuser", "rewind-password"),
            value(secrets, "kn-superuser", "rest-password"));
    String cache = value(secrets, "kn-cache-auth", "password");
    assertThat(value(secrets, "kn-cache-auth", "username")).isEqualTo("kn");
    assertThat(value(secrets, "kn-cache-binding", "password")).isEqualTo(cache);
    assertThat(value(secrets, "kn-cache-server", "users.acl")).contains("#" + sha256(cache));
    assertThat(value(secrets, "kn-signing-key", "public.jwks")).contains("\"development\"");
    for (String follower : List.of("kn-s0-tls", "kn-s1-tls", "kn-pooler")) {
      assertSigned(secrets, follower, "kn-db-ca");
    }
    assertSigned(secrets, "kn-cache-server", "kn-cache-ca");
    assertSigned(secrets, "kn-api-tls", "kn-api-ca");
    assertTrusted(secrets, "kn-topology", "kn-db-ca");
    assertTrusted(secrets, "kn-db-binding", "kn-db-ca");
    assertTrusted(secrets, "kn-cache-auth", "kn-cache-ca");
    assertTrusted(secrets, "kn-cache-binding", "kn-cache-ca");
    assertTrusted(secrets, "kn-api-binding", "kn-api-ca");
  }

  private static void assertSigned(Map<String, Secret> secrets, String secret, String authority)
      throws GeneralSecurityException {
    assertTrusted(secrets, secret, authority);
    Pem.certificate(value(secrets, secret, "tls.crt"))
        .verify(Pem.certificate(value(secrets, authority, "tls.crt")).getPublicKey());
  }

  private static void assertTrusted(Map<String, Secret> secrets, String secret, String authority) {
    assertThat(value(secrets, secret, "ca.crt"))
        .as(secret)
        .isEqualTo(value(secrets, authority, "tls.crt"));
  }

  private void assertDatabasesTake(Map<String, Secret> secrets) throws SQLException {
    Map<String, String> passwords =
        Map.of(
            "kn_app", value(secrets, "kn-app", "password"),
            "kn_migrate", value(secrets, "kn-migrate", "password"),
            "replicator", value(secrets, "kn-superuser", "replication-password"),
            "rewind", value(secrets, "kn-superuser", "rewind-password"));
    for (String shard : List.of("s0", "s1")) {
      Map<String, String> verifiers = verifiers(shard);
      assertThat(passwords)
          .as(shard)
          .allSatisfy(
              (role, password) ->
                  assertThat(ScramVerifier.matches(verifiers.getOrDefault(role, ""), password))
                      .as(role)
                      .isTrue());
    }
  }

  private Map<String, String> verifiers(String shard) throws SQLException {
    Map<String, String> verifiers = new HashMap<>();
    try (Connection connection = backends.postgres("kn", shard).connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select rolname, rolpassword from pg_authid where rolpassword is not null")) {
      while (rows.next()) {
        verifiers.put(rows.getString(1), rows.getString(2));
      }
    }
    return verifiers;
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
