package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.observe.Poller.PollTimes;
import dev.knowledgenetwork.operator.runtime.secrets.Pem;
import java.util.Arrays;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {

  /** As a person's ca.crt may hold while an authority is replaced, and as the application reads. */
  @Test
  void everyAuthorityOfABundleIsTrusted() {
    Minted secrets =
        new Minted()
            .with("old", new Entry.Authority("old", true))
            .with("new", new Entry.Authority("new", true));
    String old = secrets.value("old", "tls.crt");
    String replaced = secrets.value("new", "tls.crt");
    assertThat(accepted("# two of them\n" + old + "\n" + replaced))
        .containsExactlyInAnyOrder(Pem.certificate(old), Pem.certificate(replaced));
    assertThat(accepted(old)).containsExactly(Pem.certificate(old));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n"
      })
  void aTextWithoutACertificateIsNoAuthority(String text) {
    assertThatThrownBy(() -> Trust.managers(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("aGVsbG8=");
  }

  /** Sessions add up in memory for as long as they may be resumed. */
  @Test
  void aSessionIsRememberedFromOneQuestionToTheNextAndNotForADay() {
    String authority =
        new Minted().with("ca", new Entry.Authority("ca", true)).value("ca", "tls.crt");
    assertThat(Trust.context(authority).getClientSessionContext().getSessionTimeout())
        .isBetween((int) PollTimes.standard().settled().toSeconds(), 20);
  }

  private static Object[] accepted(String authority) {
    return Arrays.stream(Trust.managers(authority).getTrustManagers())
        .map(X509TrustManager.class::cast)
        .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
        .toArray();
  }
}
