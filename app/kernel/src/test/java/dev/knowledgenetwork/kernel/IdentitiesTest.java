package dev.knowledgenetwork.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitiesTest {

  @Test
  void idsAreOfVersion7AndCarryTheTime() {
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    UUID id = new ResourceIds(() -> now, new Random(1)).next().value();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
  }

  @Test
  void idsAscendAlsoWhenTheClockStandsStillOrStepsBack() {
    AtomicLong clock = new AtomicLong(1_800_000_000_000L);
    ResourceIds ids = new ResourceIds(() -> Instant.ofEpochMilli(clock.get()), new Random(1));
    List<ResourceId> made =
        IntStream.range(0, 20_000)
            .mapToObj(
                n -> {
                  if (n % 1_000 == 0) {
                    clock.addAndGet(n % 3_000 == 0 ? -50 : 20);
                  }
                  return ids.next();
                })
            .toList();
    assertThat(made).isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
  }

  @Test
  void threadsNeverShareAnId() {
    ResourceIds ids = new ResourceIds(Instant::now, new Random(1));
    Set<ResourceId> seen =
        IntStream.range(0, 50_000)
            .parallel()
            .mapToObj(n -> ids.next())
            .collect(HashSet::new, Set::add, Set::addAll);
    assertThat(seen).hasSize(50_000);
  }

  @Property
  void anIdIsReadBackAndOrderedLikeItsText(Draws draws) {
    long high = draws.anyLong();
    long low = draws.anyLong();
    ResourceId id = new ResourceId(new UUID(high, low));
    ResourceId other = new ResourceId(new UUID(low, high));
    assertThat(ResourceId.parse(id.toString())).contains(id);
    assertThat(Integer.signum(id.compareTo(other)))
        .isEqualTo(Integer.signum(id.toString().compareTo(other.toString())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1-1-1-1-1",
        "01890a5d-ac96-774b-bcce-b302099a805",
        "g1890a5d-ac96-774b-bcce-b302099a8057"
      })
  void whatIsNoCanonicalIdIsNone(String text) {
    assertThat(ResourceId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\n",
        "\u0000",
        "\ud83d",
        "a\u007f",
        "a\u0085b",
        "a\u00a0b",
        "a\u200bb",
        "a\u2028b",
        "a\u3000b",
        "\ufeffa",
        "\ue000",
        "\u0378"
      })
  void whatIsNoTenantIsRefused(String value) {
    assertThatThrownBy(() -> new TenantId(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTenantIsAtMost200CharactersLong() {
    assertThat(new TenantId("t".repeat(200)).value()).hasSize(200);
    assertThatThrownBy(() -> new TenantId("t".repeat(201)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
