package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.runtime.kit.FakePatroni;
import dev.knowledgenetwork.operator.runtime.kit.LonePatroni;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.observe.PatroniObserver;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatroniClientIT {

  private static final PatroniClient.Shard SHARD =
      PatroniClient.Shard.of(LonePatroni.SHARD, LonePatroni.INSTANCES);

  private final LonePatroni lone = new LonePatroni();
  private final FakePatroni patroni = lone.patroni();
  private final Minted secrets = lone.secrets();

  @AfterEach
  void stop() {
    lone.close();
  }

  @Test
  void membersAndSettingsAreRead() throws Exception {
    PatroniView view = probe();
    assertThat(view.members())
        .extracting(PatroniView.Member::name)
        .containsExactly("kn-s0-0", "kn-s0-1");
    assertThat(view.leader()).map(PatroniView.Member::name).contains("kn-s0-1");
    assertThat(view.config()).containsEntry("ttl", 20);
    assertThat(probe()).as("what changes at rest is not in the view").isEqualTo(view);
  }

  @Test
  void settingsAreChangedWithPatronisOwnCredentials() throws Exception {
    client().patch(SHARD, "/config", "{\"ttl\":30}");
    assertThat(probe().config()).containsEntry("ttl", 30);
    secrets.with(
        "kn-superuser",
        new Entry.Literal("rest-username", "patroni"),
        new Entry.Literal("rest-password", "wrong"));
    assertThatThrownBy(() -> client().patch(SHARD, "/config", "{\"ttl\":40}"))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("wrong");
    assertThat(patroni.config().path("ttl").asInt()).isEqualTo(30);
  }

  @Test
  void anotherInstanceLeadsAfterASwitchoverAndALateOneIsRefused() throws Exception {
    String handOver = "{\"leader\":\"kn-s0-1\",\"candidate\":\"kn-s0-0\"}";
    client().switchover(SHARD, handOver);
    assertThat(probe().leader()).map(PatroniView.Member::name).contains("kn-s0-0");
    assertThatThrownBy(() -> client().switchover(SHARD, handOver)).isInstanceOf(IOException.class);
    assertThat(probe().leader()).map(PatroniView.Member::name).contains("kn-s0-0");
  }

  @Test
  void whoHasNoDatabaseIsKnownWhileNobodyLeads() throws Exception {
    patroni.empty(Set.of("kn-s0-0"));
    assertThat(probe().members()).noneMatch(PatroniView.Member::uninitialized);
    patroni.empty(Set.of("kn-s0-0", "kn-s0-1"));
    assertThat(probe().members()).hasSize(2).allMatch(PatroniView.Member::uninitialized);
    assertThat(probe().leader()).isEmpty();
  }

  @Test
  void beforeTheFirstDatabaseThereAreNoSettings() throws Exception {
    patroni.empty(Set.of("kn-s0-0", "kn-s0-1"));
    patroni.unconfigured();
    PatroniView view = probe();
    assertThat(view.config()).isEmpty();
    assertThat(view.members()).hasSize(2).allMatch(PatroniView.Member::uninitialized);
  }

  @Test
  void whereSomebodyLeadsAnAnswerWithoutSettingsIsNone() {
    patroni.unconfigured();
    assertThatThrownBy(this::probe).isInstanceOf(IOException.class);
  }

  @Test
  void aMemberIsAskedAboutItself() throws Exception {
    patroni.behind(Set.of("kn-s0-0"));
    assertThat(client().get(SHARD, "kn-s0-0", "/patroni")).contains("\"timeline\":0");
    assertThat(client().get(SHARD, "kn-s0-1", "/patroni")).contains("\"timeline\":1");
    assertThatThrownBy(() -> client().get(SHARD, "kn-s0-2", "/patroni"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aLoginThatPatroniRefusesIsNamed() {
    secrets.change("kn-superuser", "rest-password", "another");
    assertThatThrownBy(() -> client().patch(SHARD, "/config", "{}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "refuses rest-username and rest-password of Secret kn-superuser (401)")
        .hasMessageNotContaining("another");
  }

  @Test
  void anotherAuthorityIsNotTrusted() {
    secrets.with("kn-db-ca", new Entry.Authority("another", true));
    assertThatThrownBy(this::probe).isInstanceOf(IOException.class);
  }

  @Test
  void aClientFollowsItsOwnersAuthority() throws Exception {
    PatroniClient client = client();
    assertThat(client.get(SHARD, "/cluster")).contains("members");
    client.forget(new Owner(OwnerKind.SHARD_SET, "demo", "kn"));
    assertThat(client.get(SHARD, "/cluster")).as("a new client").contains("members");
    secrets.with("kn-db-ca", new Entry.Authority("another", true));
    assertThatThrownBy(() -> client.get(SHARD, "/cluster")).isInstanceOf(IOException.class);
  }

  @Test
  void aNameThatTheCertificateDoesNotHaveIsNotTrusted() {
    assertThatThrownBy(
            () -> client().get(new PatroniClient.Shard("demo", "kn", "s1", 1), "/cluster"))
        .isInstanceOf(IOException.class);
  }

  private PatroniView probe() throws IOException, InterruptedException {
    return new PatroniObserver(client()).ask(LonePatroni.SHARD, LonePatroni.INSTANCES);
  }

  private PatroniClient client() {
    return lone.client();
  }
}
