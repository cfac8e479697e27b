package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.RejectedSetting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only a server can judge of parameters. */
class ParameterAcceptanceTest extends ShardSetWalk {

  @Test
  void aSettingThatPostgresqlDoesNotTakeStallsUntilItIsGone() {
    World world =
        World.running(set)
            .spec("{sharding: {shards: 2}, parameters: {log_timezone: Mars/Olympus}}")
            .settle();
    Map<String, RejectedSetting> rejected = Map.of("log_timezone", notApplied(false));
    world.database("s0", Sets.PREPARED.rejecting(rejected));
    world.database("s1", Sets.PREPARED.rejecting(rejected));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "ParameterNotAccepted");
    expect(ConditionType.STALLED, ConditionStatus.TRUE, "ParameterNotAccepted");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(message(ConditionType.STALLED))
        .isEqualTo(
            "Parameter log_timezone \"Mars/Olympus\" is not accepted by s0, s1: setting could not"
                + " be applied. The value before it is still in force, and PostgreSQL may not start"
                + " again with this one: "
                + taken("log_timezone"));
    world.database("s0", Sets.PREPARED).database("s1", Sets.PREPARED);
    see(world);
    settled();
  }

  @Test
  void aSettingMadeByHandThatPostgresqlDoesNotTakeIsTakenBackByHand() {
    World world = World.running(set);
    world.database("s1", Sets.PREPARED.rejecting(Map.of("timezone", notApplied(false))));
    see(world);
    assertThat(message(ConditionType.STALLED))
        .startsWith("Parameter timezone is not accepted by s1: setting could not be applied.")
        .endsWith("(as superuser: alter system reset timezone).");
    String line = "in line 7 of /pgdata/postgresql.conf";
    world.database(
        "s1", Sets.PREPARED.rejecting(Map.of(line, new RejectedSetting("syntax error", false))));
    see(world);
    assertThat(message(ConditionType.STALLED))
        .endsWith(": remove that line, which was written by hand.");
  }

  @Test
  void ofASettingThatIsInForceAllTheSameNothingElseIsSaid() {
    World world =
        World.running(set)
            .spec("{sharding: {shards: 2}, parameters: {default_tablespace: nosuch}}")
            .settle();
    world.database("s0", Sets.PREPARED.rejecting(Map.of("default_tablespace", notApplied(true))));
    see(world);
    assertThat(message(ConditionType.STALLED))
        .isEqualTo(
            "Parameter default_tablespace \"nosuch\" is not accepted by s0: setting could not be"
                + " applied. It is in force all the same, but sessions cannot use it: "
                + taken("default_tablespace"));
  }

  @Test
  void aTextThatTheServerDoesNotTakeReachesNoInstance() {
    World world = World.running(set);
    world.databases().refuseTexts(Map.of("log_timezone", "invalid value"));
    world
        .spec("{sharding: {shards: 2}, parameters: {log_timezone: Mars/Olympus, work_mem: 8MB}}")
        .settle();
    Map<String, Object> parameters = PatroniDrift.parameters(world.config("s0"));
    assertThat(parameters).containsEntry("work_mem", "8MB").doesNotContainKey("log_timezone");
    expect(ConditionType.READY, ConditionStatus.TRUE, "ParameterNotAccepted");
    assertThat(message(ConditionType.STALLED))
        .isEqualTo(
            "Parameter log_timezone \"Mars/Olympus\" is not accepted by s0, s1: invalid value."
                + " Nothing was changed: "
                + taken("log_timezone"));
    world.databases().refuseTexts(Map.of());
    world
        .spec("{sharding: {shards: 2}, parameters: {log_timezone: Asia/Tokyo, work_mem: 8MB}}")
        .settle();
    settled();
    assertThat(PatroniDrift.parameters(world.config("s1")))
        .containsEntry("log_timezone", "Asia/Tokyo");
  }

  @Test
  void aTextIsAskedAboutBeforeItReachesAnyInstance() {
    World world = World.running(set);
    world.databases().fallSilent("s0");
    world.databases().fallSilent("s1");
    world.spec("{sharding: {shards: 2}, parameters: {log_timezone: Asia/Tokyo}}");
    assertThat(world.plan().actions()).noneMatch(PatchPatroni.class::isInstance);
    assertThat(world.plan().problems())
        .extracting(Problem::message)
        .containsExactly("Waits until PostgreSQL of s0, s1 tells whether it takes log_timezone.");
    world.patroni("s0", new PatroniView(List.of(), world.config("s0")));
    assertThat(world.plan().actions())
        .as("without a primary nobody can be asked, and the value may let it start")
        .anyMatch(action -> action instanceof PatchPatroni p && p.shard().part().equals("s0"));
  }

  private static RejectedSetting notApplied(boolean inForce) {
    return new RejectedSetting("setting could not be applied", inForce);
  }

  private String taken(String name) {
    return ("correct it in spec.parameters, or take it back: kubectl -n %s patch shs kn --type json"
            + " -p '[{\"op\":\"remove\",\"path\":\"/spec/parameters/%s\"}]'.")
        .formatted(set.getMetadata().getNamespace(), name);
  }
}
