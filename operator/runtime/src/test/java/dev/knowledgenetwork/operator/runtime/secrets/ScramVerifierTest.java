package dev.knowledgenetwork.operator.runtime.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class ScramVerifierTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void matchesItsOwnPasswordOnly() {
    String verifier = ScramVerifier.of("correct", random);
    assertThat(ScramVerifier.matches(verifier, "correct")).isTrue();
    assertThat(ScramVerifier.matches(verifier, "wrong")).isFalse();
    assertThat(verifier).startsWith("SCRAM-SHA-256$4096:").doesNotContain("correct");
  }

  @Test
  void saltsDiffer() {
    assertThat(ScramVerifier.of("a", random)).isNotEqualTo(ScramVerifier.of("a", random));
  }

  @Test
  void otherFormsOfStorageNeverMatch() {
    assertThat(ScramVerifier.matches("", "")).isFalse();
    assertThat(ScramVerifier.matches("md5aa", "a")).isFalse();
  }
}
