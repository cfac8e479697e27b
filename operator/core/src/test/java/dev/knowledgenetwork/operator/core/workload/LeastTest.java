package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastTest {

  private static final Least LEAST = new Least(new Quantity("128Mi"));

  @ParameterizedTest
  @CsvSource({
    "512m,  use at least 128Mi; 512m are thousandths of a byte: did you mean 512Mi?",
    "512,   use at least 128Mi; 512 are bytes: did you mean 512Mi?",
    "2,     use at least 128Mi; 2 are bytes: did you mean 2Gi?",
    "1.5m,  use at least 128Mi; 1.5m are thousandths of a byte: did you mean 1.5Gi?",
    "512k,  use at least 128Mi",
    "127Mi, use at least 128Mi",
    "1e3,   use at least 128Mi",
    "0,     use at least 128Mi",
  })
  void lessIsRefusedWithWhatWasProbablyMeant(String asked, String objection) {
    assertThat(LEAST.objection(new Quantity(asked))).contains(objection);
  }

  @Test
  void thatMuchIsEnoughInWhateverUnit() {
    assertThat(LEAST.objection(new Quantity("128Mi"))).isEmpty();
    assertThat(LEAST.objection(new Quantity("134217728"))).isEmpty();
    assertThat(LEAST.objection(new Quantity("1G"))).isEmpty();
  }
}
