package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.MaintenanceWindow;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

  private final Window sundays = Window.of(new MaintenanceWindow("0 3 * * SUN", "2h"));

  @Test
  void itIsOpenFromItsBeginUpToItsEnd() {
    assertThat(sundays.isOpen(Instant.parse("2026-01-04T02:59:59.999Z"))).isFalse();
    assertThat(sundays.isOpen(Instant.parse("2026-01-04T03:00:00Z"))).isTrue();
    assertThat(sundays.isOpen(Instant.parse("2026-01-04T04:59:59.999Z"))).isTrue();
    assertThat(sundays.isOpen(Instant.parse("2026-01-04T05:00:00Z"))).isFalse();
    assertThat(sundays.end(Instant.parse("2026-01-04T03:00:00Z")))
        .contains(Instant.parse("2026-01-04T05:00:00Z"));
  }

  @Test
  void theNextBeginIsTheSameUntilItComes() {
    Instant begin = Instant.parse("2026-01-04T03:00:00Z");
    for (String now : new String[] {"2026-01-01T00:00:00Z", "2026-01-04T02:59:59.999Z"}) {
      assertThat(sundays.begin(Instant.parse(now))).contains(begin);
    }
    assertThat(sundays.begin(begin)).contains(Instant.parse("2026-01-11T03:00:00Z"));
  }

  @Test
  void windowsThatOverlapAreOne() {
    Window hourly = Window.of(new MaintenanceWindow("0 * * * *", "2h"));
    assertThat(hourly.isOpen(Instant.parse("2026-01-01T10:59:59Z"))).isTrue();
    assertThat(hourly.isOpen(Instant.parse("2026-01-01T11:00:00Z"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 3 * * SUN", "*/15 1-4 * * 1,3", "0 3 29 2 *", "30 2 1 JAN-MAR *", "0 3 1 * 7"})
  void whatCronKnowsIsUnderstood(String schedule) {
    assertThat(Window.objection(schedule)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@daily",
        "0 3 * *",
        "0 3 * * SUN 2026",
        "0 25 * * *",
        "0 3 31 2 *",
        "a b c d e"
      })
  void whatCannotBeIsRefusedWithAnExample(String schedule) {
    assertThat(Window.objection(schedule).orElseThrow())
        .startsWith("use five fields of cron in UTC, for example 0 3 * * SUN: ")
        .hasSizeGreaterThan(60);
  }

  @Property
  void anyTextIsEitherUnderstoodOrRefused(Draws draws) {
    StringBuilder text = new StringBuilder();
    for (int i = draws.between(0, 12); i > 0; i--) {
      text.append("0123456789*/,-? LW#SUNJAN@".charAt(draws.between(0, 25)));
    }
    boolean refused = Window.objection(text.toString()).isPresent();
    assertThat(refused || Window.of(new MaintenanceWindow(text.toString(), "1h")) != null).isTrue();
  }

  @Test
  void aWindowLastsFromAQuarterOfAnHourToADay() {
    for (String good : new String[] {"15m", "900s", "2h", "24h", "1d"}) {
      assertThat(Window.isDuration(good)).as(good).isTrue();
    }
    for (String bad : new String[] {"14m", "899s", "25h", "2d", "soon", ""}) {
      assertThat(Window.isDuration(bad)).as(bad).isFalse();
    }
  }
}
