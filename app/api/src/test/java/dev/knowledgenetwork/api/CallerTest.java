package dev.knowledgenetwork.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.domain.TenantId;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallerTest {

  private static final Caller READER =
      new Caller(new TenantId("acme"), "ann", Set.of("reader"), Instant.MAX);

  @Test
  void isGivenToWhoAsksForARoleItHas() {
    assertThat(Caller.in(Role.READER, context(READER))).isEqualTo(READER);
  }

  @Test
  void isNotGivenForAnotherRole() {
    assertRefused(Role.WRITER, READER, ProblemType.FORBIDDEN);
  }

  @Test
  void nobodyIsNobody() {
    assertRefused(Role.READER, null, ProblemType.UNAUTHENTICATED);
    assertRefused(Role.READER, () -> "somebody else's principal", ProblemType.UNAUTHENTICATED);
  }

  private static void assertRefused(Role role, @Nullable Principal principal, ProblemType type) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Caller.in(role, context(principal)))
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(type));
  }

  private static SecurityContext context(@Nullable Principal principal) {
    return new SecurityContext() {
      @Override
      public @Nullable Principal getUserPrincipal() {
        return principal;
      }

      @Override
      public boolean isUserInRole(String role) {
        return true;
      }

      @Override
      public boolean isSecure() {
        return true;
      }

      @Override
      public String getAuthenticationScheme() {
        return "Bearer";
      }
    };
  }
}
