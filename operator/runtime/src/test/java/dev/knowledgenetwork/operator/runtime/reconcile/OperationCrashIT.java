package dev.knowledgenetwork.operator.runtime.reconcile;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.KillSwitch;
import dev.knowledgenetwork.operator.runtime.kit.NamespacedAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator is killed after each single deed of each operation: a status that it writes, an
 * object that it applies, a pod that it deletes, a request that it makes of Patroni. Nothing it
 * wanted next gets out, and whether it heard of what came of its deed makes no difference. A fresh
 * one takes over and may do one deed. In another namespace the same operation goes on undisturbed,
 * to compare with. All go on side by side, each in a namespace of its own.
 */
@ExtendWith(ApiServer.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationCrashIT {

  private static final Logger LOG = LoggerFactory.getLogger(OperationCrashIT.class);

  /** Each operation goes through fewer deeds. */
  private static final int MANY = 40;

  private static final Duration QUIET = Duration.ofSeconds(2);

  /** With 24 shards at a time, on a machine that does something else too. */
  private static final Duration HANGS = Duration.ofMinutes(3);

  private final ApiServer server;
  private final Map<OperationScenario, ShardWorld> undisturbed =
      new EnumMap<>(OperationScenario.class);
  private final Map<OperationScenario, ShardWorld> killed = new EnumMap<>(OperationScenario.class);

  OperationCrashIT(ApiServer server) {
    this.server = server;
  }

  @BeforeAll
  void run() {
    for (OperationScenario scenario : OperationScenario.values()) {
      undisturbed.put(scenario, new ShardWorld(server, scenario));
      killed.put(scenario, new ShardWorld(server, scenario));
    }
    try (OperatorUnderTest operator = operator()) {
      worlds().forEach(ShardWorld::settle);
      operator.awaitQuiet(QUIET, HANGS);
    }
    undisturbed.values().forEach(ShardWorld::ask);
    untilTheEnd(undisturbed.values());
    killed.values().forEach(ShardWorld::ask);
    List<ShardWorld> open = new ArrayList<>(killed.values());
    for (int i = 0; i < MANY && !open.isEmpty(); i++) {
      incarnation(open);
      open.removeIf(world -> !world.life().dead());
    }
    assertThat(open).as("what goes on and on").isEmpty();
    untilTheEnd(killed.values());
    killed.forEach(
        (scenario, world) ->
            LOG.info("figure: {}: the operator was killed {} times", scenario, world.kills()));
  }

  /** Lets one operator live until all is done and quiet. */
  private void untilTheEnd(Collection<ShardWorld> worlds) {
    worlds.forEach(world -> world.live(KillSwitch.never()));
    try (OperatorUnderTest operator = operator()) {
      worlds.forEach(
          world ->
              await()
                  .atMost(HANGS)
                  .untilAsserted(() -> assertThat(world.ended()).as(world::toString).isTrue()));
      operator.awaitQuiet(QUIET, HANGS);
    }
  }

  /** Lets one operator live until in each namespace it is dead, or has nothing more to do. */
  private void incarnation(List<ShardWorld> worlds) {
    worlds.forEach(world -> world.live(KillSwitch.after(1)));
    try (OperatorUnderTest operator = operator()) {
      Instant quiet = Instant.now().plus(QUIET);
      await()
          .dontCatchUncaughtExceptions()
          .atMost(HANGS)
          .untilAsserted(
              () ->
                  assertThat(worlds.stream().filter(world -> !isOver(world, quiet)))
                      .as("what hangs")
                      .isEmpty());
    }
  }

  private static boolean isOver(ShardWorld world, Instant quiet) {
    return world.life().dead() || Instant.now().isAfter(quiet) && world.ended();
  }

  private OperatorUnderTest operator() {
    return OperatorUnderTest.dyingBy(
        server,
        new NamespacedAddresses(
            worlds().collect(toMap(ShardWorld::namespace, ShardWorld::backends))),
        worlds().collect(toMap(ShardWorld::namespace, ShardWorld::life)));
  }

  private Stream<ShardWorld> worlds() {
    return Stream.concat(undisturbed.values().stream(), killed.values().stream());
  }

  @AfterAll
  void stop() {
    worlds().forEach(ShardWorld::close);
  }

  @ParameterizedTest
  @EnumSource
  void undisturbedItDoesWhatItIsToDo(OperationScenario scenario) {
    ShardWorld world = undisturbed.get(scenario);
    does(world, scenario);
    assertThat(world.told()).contains(scenario.type() + "Started");
  }

  @ParameterizedTest
  @EnumSource
  void howeverOftenItIsKilledItDoesNothingTwiceAndLeavesNothingOut(OperationScenario scenario) {
    ShardWorld world = killed.get(scenario);
    does(world, scenario);
    // What is set may be set again, and in two parts; what is taken away or handed over may not.
    assertThat(world.deeds()).hasSameElementsAs(undisturbed.get(scenario).deeds());
    assertThat(world.deeds()).filteredOn(deed -> !deed.startsWith("PATCH")).doesNotHaveDuplicates();
    assertThat(world.kills()).isGreaterThan(world.deeds().size());
    assertThat(world.told()).containsAll(beginAndEnd(scenario));
  }

  /** What people are told of an undisturbed one; that it goes on again is told by the way. */
  private List<String> beginAndEnd(OperationScenario scenario) {
    return undisturbed.get(scenario).told().stream()
        .filter(reason -> reason.startsWith(scenario.type()) && !reason.endsWith("Continued"))
        .toList();
  }

  private static void does(ShardWorld world, OperationScenario scenario) {
    Conduct conduct = world.conduct();
    assertThat(world.handOvers()).isEqualTo(scenario.handOvers());
    assertThat(conduct.taken()).isEqualTo(scenario.replaced());
    assertThat(conduct.recipes()).isEqualTo(scenario == OperationScenario.ROLL ? 1 : 0);
    assertThat(conduct.begun()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void atNoMomentItDisturbsMoreThanItMay(OperationScenario scenario) {
    assertThat(undisturbed.get(scenario).conduct().offences()).isEmpty();
    assertThat(killed.get(scenario).conduct().offences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatComesOutIsWhatComesOutUndisturbed(OperationScenario scenario) {
    ShardWorld expected = undisturbed.get(scenario);
    ShardWorld world = killed.get(scenario);
    assertThat(world.objects()).isEqualTo(expected.objects());
    assertThat(world.status()).isEqualTo(expected.status());
    assertThat(world.replication()).isEqualTo(expected.replication());
  }
}
