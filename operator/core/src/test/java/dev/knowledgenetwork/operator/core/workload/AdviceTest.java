package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdviceTest {

  @Test
  void aPriorityClassThatDoesNotExistIsNamedWithItsField() {
    assertThat(
            Advice.on(
                "demo",
                "create Pod kn-s0-0 in StatefulSet kn-s0 failed error: pods \"kn-s0-0\" is"
                    + " forbidden: no PriorityClass with name gold was found",
                1))
        .contains(
            "spec.priorityClassName names gold: make it, or name one that there is: kubectl get"
                + " priorityclasses");
  }

  @Test
  void aQuotaHasItsOwnAdvice() {
    assertThat(
            Advice.on(
                "demo", "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", 1))
        .hasValueSatisfying(advice -> assertThat(advice).startsWith("Quota q has to allow pods=3"));
  }

  @Test
  void ofOtherWordsNothingIsKnown() {
    assertThat(Advice.on("demo", null, 1)).isEmpty();
    assertThat(Advice.on("demo", "pods \"kn-s0-0\" is forbidden", 1)).isEmpty();
  }
}
