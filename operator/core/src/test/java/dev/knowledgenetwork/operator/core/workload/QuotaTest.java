package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {

  private static final String BEGIN = "pods \"kn-s0-0\" is forbidden: exceeded quota: few, ";

  @Test
  void everyResourceThatDoesNotSufficeIsToldWithWhatTheQuotaHasToAllow() {
    assertThat(
            Quota.next(
                "demo",
                BEGIN
                    + "requested: pods=1,requests.cpu=250m,requests.memory=512Mi, used:"
                    + " pods=1,requests.cpu=900m,requests.memory=1Gi, limited:"
                    + " pods=1,requests.cpu=1,requests.memory=1280Mi",
                1))
        .contains(
            "Quota few has to allow pods=2 (1 more), requests.cpu=1150m (150m more),"
                + " requests.memory=1536Mi (256Mi more); ask for less, or raise it: kubectl -n demo"
                + " patch resourcequota few --type merge -p"
                + " '{\"spec\":{\"hard\":{\"pods\":\"2\",\"requests.cpu\":\"1150m\","
                + "\"requests.memory\":\"1536Mi\"}}}'");
  }

  @Test
  void ofSeveralThatAreMissingEachWantsItsShare() {
    assertThat(Quota.next("demo", BEGIN + "requested: pods=1, used: pods=2, limited: pods=3", 3))
        .hasValueSatisfying(next -> assertThat(next).contains("pods=5 (2 more)"));
  }

  @Test
  void aSizeOfVolumesOfAClassIsToldToo() {
    String resource = "fast.storageclass.storage.k8s.io/requests.storage";
    assertThat(
            Quota.next(
                "demo",
                "persistentvolumeclaims \"data\" is forbidden: exceeded quota: few, requested: "
                    + resource
                    + "=10Gi, used: "
                    + resource
                    + "=20Gi, limited: "
                    + resource
                    + "=25Gi.",
                1))
        .hasValueSatisfying(next -> assertThat(next).contains(resource + "=30Gi (5Gi more)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "maximum cpu usage per Container is 600m, but limit is 1",
        "exceeded quota: small",
        "exceeded quota: small, requested: pods=1"
      })
  void whatSaysNoAmountsHasNoCommand(String words) {
    assertThat(Quota.next("demo", words, 1)).isEmpty();
  }
}
