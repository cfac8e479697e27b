package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.Permission;
import dev.knowledgenetwork.kernel.TenantId;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallersTest {

  private static final Caller READER =
      new Caller(new TenantId("acme"), "ann", Set.of("reader"), Instant.MAX);

  @Test
  void isGivenToWhoAsksForARoleItHas() {
    assertThat(Callers.with(Permission.READER, context(READER))).isEqualTo(READER);
  }

  @Test
  void isNotGivenForAnotherRole() {
    assertRefused(Permission.WRITER, READER, ProblemType.FORBIDDEN);
  }

  @Test
  void nobodyIsNobody() {
    assertRefused(Permission.READER, null, ProblemType.UNAUTHENTICATED);
    assertRefused(
        Permission.READER, () -> "somebody else's principal", ProblemType.UNAUTHENTICATED);
  }

  private static void assertRefused(
      Permission permission, @Nullable Principal principal, ProblemType type) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Callers.with(permission, context(principal)))
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
