package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RecentTokensTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final List<String> checked = new ArrayList<>();
  private final RecentTokens tokens =
      new RecentTokens(this::check, now::get, () -> Duration.between(START, now.get()).toNanos());

  private Caller check(String token) {
    checked.add(token);
    if (token.startsWith("bad")) {
      throw new ProblemException(ProblemType.UNAUTHENTICATED, "The token is not valid");
    }
    return new Caller(
        new TenantId("acme"), token, Set.of("reader"), START.plus(Duration.ofSeconds(15)));
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void aTokenIsCheckedOnceInAWhile() {
    Caller first = tokens.verify("ann");
    pass(RecentTokens.TRUSTED.minusMillis(1));
    assertThat(tokens.verify("ann")).isEqualTo(first);
    assertThat(checked).containsExactly("ann");

    pass(Duration.ofMillis(1));
    tokens.verify("ann");
    assertThat(checked).containsExactly("ann", "ann");
  }

  @Test
  void noTokenStandsForAnother() {
    assertThat(tokens.verify("ann").subject()).isEqualTo("ann");
    assertThat(tokens.verify("bob").subject()).isEqualTo("bob");
    assertThat(tokens.verify("ann").subject()).isEqualTo("ann");
    assertThat(checked).containsExactly("ann", "bob");
  }

  @Test
  void anExpiredTokenIsCheckedWhateverWasFoundBefore() {
    pass(Duration.ofSeconds(14));
    tokens.verify("ann");
    pass(Duration.ofSeconds(1));
    tokens.verify("ann");
    assertThat(checked).containsExactly("ann", "ann");
  }

  @Test
  void refusedTokensAreCheckedEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> tokens.verify("bad"));
    }
    assertThat(checked).containsExactly("bad", "bad");
  }
}
