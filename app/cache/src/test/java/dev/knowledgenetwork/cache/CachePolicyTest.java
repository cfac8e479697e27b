package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.knowledgenetwork.cache.CachePolicy.Tier;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CachePolicyTest {

  @Test
  void readsTheDocumentOfTheCacheTier() {
    CachePolicy policy =
        CachePolicy.parse(
            """
            {"version":"7","endpoints":[{"host":"kn-valkey.demo.svc","port":6379}],"tls":true,
             "l1":{"maxEntries":100,"maxBytes":4096,"ttlSeconds":30},"defaultTtlSeconds":60,
             "dataClasses":{"document":{"ttlSeconds":300,"tiers":["L2","L3"]}},"laterField":1}
            """);

    assertThat(policy.version()).isEqualTo("7");
    assertThat(policy.endpoints())
        .containsExactly(new CachePolicy.Endpoint("kn-valkey.demo.svc", 6379));
    assertThat(policy.l1()).isEqualTo(new CachePolicy.L1(100, 4096, 30));
    assertThat(policy.ttl("document")).isEqualTo(Duration.ofSeconds(300));
    assertThat(policy.ttl("other")).isEqualTo(Duration.ofSeconds(60));
    assertThat(policy.longestLife()).isEqualTo(Duration.ofSeconds(300));
    assertThat(policy.uses("document", Tier.L1)).isFalse();
    assertThat(policy.uses("document", Tier.L2)).isTrue();
    assertThat(policy.uses("other", Tier.L1)).isTrue();
  }

  @Test
  void anEmptyDocumentMeansTheDefaultsWithoutL2() {
    CachePolicy policy = CachePolicy.parse("{}");

    assertThat(policy).isEqualTo(CachePolicy.localOnly());
    assertThat(policy.l1()).isEqualTo(new CachePolicy.L1(10_000, 67_108_864, 300));
  }

  @Test
  void refusesWhatMeansNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> CachePolicy.parse("not json"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CachePolicy.parse("{\"l1\":{\"maxEntries\":0,\"maxBytes\":1,\"ttlSeconds\":1}}"));
  }

  @Test
  void whatLoadsLongerThanValuesLiveOrAQuarantineLastsIsNotKept() {
    assertThat(lives(300, 300).longestLoad("document"))
        .isLessThan(KeyChange.QUARANTINE.minusSeconds(1))
        .isGreaterThan(Duration.ofSeconds(1));
    assertThat(lives(300, 1).longestLoad("document")).isEqualTo(Duration.ofSeconds(1));
    assertThat(lives(2, 300).longestLoad("document")).isEqualTo(Duration.ofSeconds(2));
  }

  private static CachePolicy lives(int ofTheClass, int ofL1) {
    return CachePolicy.parse(
        """
        {"l1":{"maxEntries":1,"maxBytes":1,"ttlSeconds":%d},"defaultTtlSeconds":%d}
        """
            .formatted(ofL1, ofTheClass));
  }
}
