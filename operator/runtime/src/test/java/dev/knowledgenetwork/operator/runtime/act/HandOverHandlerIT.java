package dev.knowledgenetwork.operator.runtime.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.runtime.kit.LonePatroni;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandOverHandlerIT {

  private static final HandOver WISH =
      new HandOver(LonePatroni.SHARD, LonePatroni.INSTANCES, "kn-s0-1", "kn-s0-0");

  private final LonePatroni lone = new LonePatroni();

  @AfterEach
  void stop() {
    lone.close();
  }

  @Test
  void whoIsOnTheTimelineOfThePrimaryIsMadeThePrimary() throws Exception {
    handler().run(WISH);
    assertThat(lone.patroni().leader()).isEqualTo("kn-s0-0");
  }

  @Test
  void whoHasYetToComeToTheTimelineOfThePrimaryIsNotEvenAskedFor() throws Exception {
    handler().run(WISH);
    lone.patroni().behind(Set.of("kn-s0-1"));
    HandOver back = new HandOver(LonePatroni.SHARD, LonePatroni.INSTANCES, "kn-s0-0", "kn-s0-1");
    assertThatThrownBy(() -> handler().run(back))
        .isInstanceOf(ActionFailed.class)
        .hasMessageContaining("kn-s0-0 is on timeline 2, and kn-s0-1 on 1");
    assertThat(lone.patroni().leader()).isEqualTo("kn-s0-0");

    lone.patroni().behind(Set.of());
    lone.patroni().follow(LonePatroni.MEMBERS, Set.copyOf(LonePatroni.MEMBERS));
    handler().run(back);
    assertThat(lone.patroni().leader()).isEqualTo("kn-s0-1");
  }

  @Test
  void nobodyIsMadeThePrimaryWhileTimelinesAreUnknown() throws Exception {
    lone.patroni().behind(Set.copyOf(LonePatroni.MEMBERS));
    assertThatThrownBy(() -> handler().run(WISH))
        .isInstanceOf(ActionFailed.class)
        .hasMessageContaining("did not hand over");
    assertThat(lone.patroni().leader()).isEqualTo("kn-s0-1");
  }

  private HandOverHandler handler() {
    return new HandOverHandler(lone.client());
  }
}
