package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class RefusalTest {

  @Test
  void aCertificateThatIsNoLongerInForceIsAnAnswer() {
    Refusal refusal = Refusal.of(failed(new CertificateExpiredException("NotAfter: yesterday")));
    assertThat(refusal.answered()).isTrue();
    assertThat(refusal.text()).isEqualTo("its certificate is no longer in force, SQLSTATE 08006");
    assertThat(refusal.hint()).contains("pg_reload_conf()");
    assertThat(Refusal.of(failed(invalid(BasicReason.EXPIRED)))).isEqualTo(refusal);
  }

  /** Another authority is told as a problem of Secrets; an address may be that of somebody else. */
  @Test
  void anyOtherCertificateSaysNothing() {
    assertThat(Refusal.of(failed(invalid(BasicReason.INVALID_SIGNATURE))).answered()).isFalse();
    assertThat(Refusal.of(new SQLException("credentials are not there yet", "08001")).text())
        .isEqualTo("no answer, SQLSTATE 08001");
  }

  private static CertPathValidatorException invalid(BasicReason reason) {
    return new CertPathValidatorException("no", null, null, -1, reason);
  }

  private static PSQLException failed(Throwable cause) {
    IOException handshake = new SSLHandshakeException("no");
    handshake.initCause(cause);
    return new PSQLException("SSL error", PSQLState.CONNECTION_FAILURE, handshake);
  }
}
