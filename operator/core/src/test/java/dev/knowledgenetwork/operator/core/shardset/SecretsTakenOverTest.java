package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever changes a password, or loses a Secret, finds that all who use it follow. */
class SecretsTakenOverTest {

  private final World world = World.running(Sets.set("{sharding: {shards: 2, buckets: 16}}"));
  private final SecretsByHand secrets = new SecretsByHand(world);

  @Test
  void anotherPasswordOfTheApplicationReachesTheDatabasesBeforeThePoolerAndTheApplication() {
    String before = pooler();
    String users = secrets.value("kn-pooler", "userlist.txt");
    String told = world.status().binding().secretHash();
    secrets.set("kn-app", "password", "typed");

    world.pass();
    world.live();
    assertThat(world.pass().actions()).hasOnlyElementsOfType(PrepareDatabase.class).hasSize(2);
    assertThat(secrets.value("kn-pooler", "userlist.txt")).as("not yet").isEqualTo(users);
    assertThat(secrets.value("kn-db-binding", "password")).isNotEqualTo("typed");
    assertThat(world.status().binding().secretHash()).isEqualTo(told);
    assertThat(pooler()).isEqualTo(before);

    world.settle();
    assertThat(secrets.value("kn-pooler", "userlist.txt")).isEqualTo("\"kn_app\" \"typed\"\n");
    assertThat(secrets.value("kn-db-binding", "password")).isEqualTo("typed");
    assertThat(secrets.value("kn-db-binding", "uri")).startsWith("postgresql://kn_app:typed@");
    assertThat(world.status().binding().secretHash()).isNotEqualTo(told);
    assertThat(pooler()).isNotEqualTo(before);
    assertThat(world.log()).as("no instance reads it").isEmpty();
  }

  /** A new pod of the application would be refused by a pooler that knows the one before only. */
  @Test
  void theApplicationGetsAnotherPasswordWhenNoPoolerIsLeftWithTheOneBefore() {
    String told = world.status().binding().secretHash();
    String before = pooler();
    secrets.set("kn-app", "password", "typed");
    for (int step = 0; pooler().equals(before); step++) {
      assertThat(step).as("steps until the pooler changes").isLessThan(20);
      world.step();
      assertThat(world.status().binding().secretHash()).isEqualTo(told);
    }
    Deployment rolling = world.get(Deployment.class, "kn-pooler");
    int pods = rolling.getSpec().getReplicas();
    rolling.getStatus().setUpdatedReplicas(pods - 1);
    world.pass();
    assertThat(world.status().binding().secretHash()).as("not all are new").isEqualTo(told);
    rolling.getStatus().setUpdatedReplicas(pods);
    rolling.getStatus().setReplicas(pods + 1);
    world.pass();
    assertThat(world.status().binding().secretHash()).as("an old one still ends").isEqualTo(told);
    rolling.getStatus().setReplicas(pods);
    world.pass();
    assertThat(world.status().binding().secretHash()).isNotEqualTo(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-app", "kn-migrate"})
  void aLostLoginIsMadeAnewAndTakenOver(String secret) {
    String before = secrets.value(secret, "password");
    world.remove(Secret.class, secret);
    world.settle();
    assertThat(secrets.value(secret, "password")).isNotEqualTo(before);
    assertThat(secrets.value("kn-pooler", "userlist.txt"))
        .contains(secrets.value("kn-app", "password"));
    assertThat(condition(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(condition(ConditionType.STALLED).status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void whileADatabaseDoesNotAnswerNobodyGetsAnotherPassword() {
    String users = secrets.value("kn-pooler", "userlist.txt");
    String credentials = secrets.value("kn-superuser", "20-credentials.yml");
    world.forgetAnswers();
    secrets.set("kn-app", "password", "typed");
    secrets.set("kn-superuser", "replication-password", "typed");
    world.pass();
    world.pass();
    assertThat(secrets.value("kn-pooler", "userlist.txt")).isEqualTo(users);
    assertThat(secrets.value("kn-superuser", "20-credentials.yml")).isEqualTo(credentials);
  }

  @ParameterizedTest
  @ValueSource(strings = {"replication-password", "rewind-password"})
  void anotherPasswordOfPatroniReachesTheDatabasesAndThenTheInstancesOneShardAtATime(String key) {
    secrets.set("kn-superuser", key, "typed");
    world.settle();
    assertThat(secrets.value("kn-superuser", "20-credentials.yml")).contains("\"typed\"");
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(world.outdated("s1")).isEmpty();
    assertThat(world.log()).contains("s0: kn-s0-0 is replaced", "s1: kn-s1-0 is replaced");
    assertThat(condition(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void thePasswordOfTheOperatorItselfIsToldAndGoesNowhere() {
    String credentials = secrets.value("kn-superuser", "20-credentials.yml");
    String before = secrets.value("kn-superuser", "password");
    secrets.set("kn-superuser", "password", "typed");
    world.settle();
    assertThat(condition(ConditionType.STALLED).reason()).isEqualTo("LoginRefused");
    assertThat(condition(ConditionType.STALLED).message())
        .isEqualTo(
            "PostgreSQL of s0, s1 refuses the operator's password, key password of Secret"
                + " kn-superuser: password authentication failed for user \"postgres\", SQLSTATE"
                + " 28P01. Nobody else could change it there, so put the one before back; Patroni"
                + " was given: kubectl -n demo get secret kn-superuser -o go-template='{{index"
                + " .data \"20-credentials.yml\" | base64decode}}'");
    assertThat(condition(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(secrets.value("kn-superuser", "20-credentials.yml")).isEqualTo(credentials);
    assertThat(world.pass().actions()).as("nothing can be done with it").isEmpty();
    assertThat(world.log()).isEmpty();

    secrets.set("kn-superuser", "password", before);
    world.settle();
    assertThat(condition(ConditionType.STALLED).status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void whileTheOperatorHasNoPasswordTheShardIsAsItWas() {
    secrets.remove("kn-superuser", "password");
    world.databases().fallSilent("s0");
    world.settle();
    assertThat(condition(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(condition(ConditionType.STALLED).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(condition(ConditionType.STALLED).message())
        .contains("key password of Secret kn-superuser");
  }

  @Test
  void aPasswordThatCannotBeUsedIsToldAndGoesNowhere() {
    String users = secrets.value("kn-pooler", "userlist.txt");
    secrets.set("kn-app", "password", "grün");
    world.settle();
    assertThat(condition(ConditionType.STALLED).reason()).isEqualTo("PasswordUnusable");
    assertThat(condition(ConditionType.STALLED).message())
        .isEqualTo(
            "A password may have printable ASCII characters only, so nobody is given the one in key"
                + " password of Secret kn-app: set another one there.");
    assertThat(secrets.value("kn-pooler", "userlist.txt")).isEqualTo(users);
  }

  @Test
  void anotherCertificateOfTheSameAuthorityRestartsNobody() {
    String before = pooler();
    world.remove(Secret.class, "kn-s0-tls");
    world.remove(Secret.class, "kn-pooler");
    world.settle();
    assertThat(pooler()).isEqualTo(before);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void aHeldUpdateStaysHeldWhenAPasswordIsTakenOver() {
    String before = pooler();
    world.operator(new Images("postgres:1", "pooler:2", "valkey:1", "app:1"));
    world.settle();
    secrets.set("kn-app", "password", "typed");
    world.settle();
    assertThat(pooler()).isNotEqualTo(before);
    assertThat(
            world
                .get(Deployment.class, "kn-pooler")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage())
        .isEqualTo("pooler:1");
    assertThat(condition(ConditionType.UPDATE_AVAILABLE).status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void templatesTellNothingOfPasswords() {
    assertThat(pooler()).matches("[0-9a-f]{16}");
    assertThat(hash(world.get(StatefulSet.class, "kn-s0").getSpec().getTemplate()))
        .matches("[0-9a-f]{16}")
        .isEqualTo(hash(world.get(StatefulSet.class, "kn-s1").getSpec().getTemplate()));
    World other = World.running(Sets.set("{sharding: {shards: 2, buckets: 16}}"));
    new SecretsByHand(other).set("kn-db-ca", "tls.key", "another key");
    assertThat(other.children().secretsHash("kn-db-ca", "kn-pooler", "userlist.txt", "ca.crt"))
        .as("with another key")
        .isPresent()
        .isNotEqualTo(
            world.children().secretsHash("kn-db-ca", "kn-pooler", "userlist.txt", "ca.crt"));
  }

  private String pooler() {
    return hash(world.get(Deployment.class, "kn-pooler").getSpec().getTemplate());
  }

  private static String hash(PodTemplateSpec template) {
    return template.getMetadata().getAnnotations().get(Annotations.SECRETS_HASH);
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }
}
