package dev.knowledgenetwork.scenarios;

import dev.knowledgenetwork.testkit.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Scenarios of small ShardSets that go on side by side, a namespace each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
abstract class ShardSetScenarios {

  final Cluster cluster = Cluster.open();
  final SmallShardSets sets;

  /** Names of the namespaces begin so. */
  ShardSetScenarios(String prefix) {
    this.sets = new SmallShardSets(cluster, prefix);
  }

  @AfterEach
  void leave() {
    sets.leave();
  }

  @AfterAll
  void delete() {
    sets.close();
    cluster.close();
  }
}
