package dev.knowledgenetwork.operator.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteCounterTest {

  @ParameterizedTest
  @CsvSource({
    "/api/v1/namespaces/demo/services/kn, services",
    "/apis/apps/v1/namespaces/demo/statefulsets/kn-s0, statefulsets",
    "/apis/knowledgenetwork.dev/v1alpha1/namespaces/demo/shardsets/kn/status, shardsets/status",
    "/apis/coordination.k8s.io/v1/namespaces/kn/leases/knowledgenetwork-operator, leases",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews, selfsubjectrulesreviews",
    "/api/v1/namespaces/demo, namespaces",
    "/version, other",
  })
  void namesTheResourceOfAPath(String path, String resource) {
    assertThat(WriteCounter.resource(path)).isEqualTo(resource);
  }
}
