package dev.knowledgenetwork.operator.runtime.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.runtime.secrets.Certificates.Issued;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {

  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(MADE);
  private final Certificates certificates = new Certificates(new SecureRandom(), now::get);

  /** Of the 3,650 days that it has. */
  @ParameterizedTest
  @CsvSource({"0,true", "3619,true", "3621,false", "3651,false"})
  void aCertificateIsGoodUntilAMonthBeforeItsEnd(int days, boolean good) {
    Issued authority = certificates.authority("authority");
    Issued issued =
        certificates.signed(authority.certificate(), authority.key(), "kn", List.of("kn.demo.svc"));
    now.set(MADE.plus(Duration.ofDays(days)));
    assertThat(
            certificates.isSigned(
                issued.certificate(),
                issued.key(),
                authority.certificate(),
                List.of("kn.demo.svc")))
        .isEqualTo(good);
  }
}
