package dev.knowledgenetwork.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashRingTest {
  private static final Buckets BUCKETS = new Buckets(4096);
  private static final int NODES = 150;

  @Property(tries = 200)
  void sharesAreBalanced(Draws draws) {
    List<String> names = names(draws.between(1, 16), draws.between(0, 999));
    List<String> owners = owners(names);
    double mean = (double) BUCKETS.count() / names.size();
    for (String name : names) {
      assertThat((double) Collections.frequency(owners, name)).isBetween(0.6 * mean, 1.45 * mean);
    }
  }

  @Property(tries = 200)
  void aNewShardTakesItsShareAndNothingElseMoves(Draws draws) {
    int shards = draws.between(1, 15);
    int family = draws.between(0, 999);
    List<String> before = owners(names(shards, family));
    List<String> after = owners(names(shards + 1, family));
    String added = names(shards + 1, family).getLast();
    int moved = 0;
    for (int bucket = 0; bucket < BUCKETS.count(); bucket++) {
      if (!before.get(bucket).equals(after.get(bucket))) {
        assertThat(after.get(bucket)).isEqualTo(added);
        moved++;
      }
    }
    double share = (double) BUCKETS.count() / (shards + 1);
    assertThat((double) moved).isBetween(0.6 * share, 1.45 * share);
  }

  @Property(tries = 100)
  void theOrderOfTheShardsDoesNotMatter(Draws draws) {
    List<String> names = names(draws.between(2, 12), 0);
    assertThat(owners(draws.shuffled(names))).isEqualTo(owners(names));
  }

  /** Fixed, because clusters live by it: a change of the ring would move data at an upgrade. */
  @Test
  void theAssignmentOfAKnownRingNeverChanges() {
    List<Integer> assignment = new HashRing(List.of("s0", "s1", "s2"), NODES).assign(BUCKETS);
    assertThat(IntStream.range(0, 3).map(s -> Collections.frequency(assignment, s)))
        .containsExactly(1336, 1380, 1380);
    assertThat(assignment.hashCode()).isEqualTo(522172951);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new HashRing(List.of(), NODES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HashRing(List.of("a", "a"), NODES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HashRing(List.of("a"), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> names(int shards, int family) {
    String prefix = family == 0 ? "s" : "f" + family + "-s";
    return IntStream.range(0, shards).mapToObj(n -> prefix + n).toList();
  }

  private static List<String> owners(List<String> names) {
    return new HashRing(names, NODES).assign(BUCKETS).stream().map(names::get).toList();
  }
}
