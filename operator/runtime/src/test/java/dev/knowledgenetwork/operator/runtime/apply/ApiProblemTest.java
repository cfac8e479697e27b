package dev.knowledgenetwork.operator.runtime.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Reference;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiProblemTest {

  private static final Reference OBJECT = new Reference("StatefulSet", "demo", "kn-s0");

  @ParameterizedTest
  @CsvSource({"409,Conflict", "404,NamespaceMissing", "500,ApiUnavailable", "403,Forbidden"})
  void whatMayPassIsTriedAgain(int code, String reason) {
    Problem problem = ApiProblem.of(failure(code, "field", "reason"), OBJECT);
    assertThat(problem).isInstanceOf(Problem.Transient.class);
    assertThat(problem.reason()).isEqualTo(reason);
  }

  @Test
  void aRefusedChangeNamesTheFieldAndNotTheValue() {
    Problem problem =
        ApiProblem.of(failure(422, "spec.volumeClaimTemplates", "FieldValueForbidden"), OBJECT);
    assertThat(problem).isInstanceOf(Problem.InvalidSpec.class);
    assertThat(problem.message())
        .contains("StatefulSet kn-s0", "spec.volumeClaimTemplates")
        .doesNotContain("s3cret");
  }

  @Test
  void aNamespaceThatGoesIsWaitedFor() {
    assertThat(ApiProblem.of(failure(403, "", "NamespaceTerminating"), OBJECT))
        .isInstanceOf(Problem.WaitingFor.class);
  }

  private static KubernetesClientException failure(int code, String field, String reason) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(code)
            .withMessage("text with s3cret")
            .withNewDetails()
            .addNewCause(field, "text with s3cret", reason)
            .endDetails()
            .build());
  }
}
