package dev.knowledgenetwork.operator.runtime.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiProblemTest {

  private static final Reference OBJECT = new Reference("StatefulSet", "demo", "kn-s0");
  private static final Reference SECRET = new Reference("Secret", "demo", "kn");

  @ParameterizedTest
  @CsvSource({"409,Conflict", "404,NamespaceMissing", "500,ApiUnavailable", "403,Forbidden"})
  void whatMayPassIsTriedAgain(int code, String reason) {
    Problem problem = ApiProblem.of(failure(code, "field", "reason"), OBJECT);
    assertThat(problem).isInstanceOf(Problem.Transient.class);
    assertThat(problem.reason().text()).isEqualTo(reason);
  }

  @Test
  void aRefusalIsToldInTheWordsOfWhoeverRefused() {
    String message =
        "StatefulSet.apps \"kn-s0\" is invalid: spec: Forbidden: updates to statefulset spec for"
            + " fields other than 'replicas' are forbidden";
    Problem problem = ApiProblem.of(answer(422, message, "spec", "FieldValueForbidden"), OBJECT);
    assertThat(problem)
        .isInstanceOfSatisfying(
            Problem.InvalidSpec.class, refused -> assertThat(refused.field()).isEqualTo("spec"));
    assertThat(problem.message()).contains("StatefulSet kn-s0", message);
  }

  @Test
  void whatSomebodyMadeImmutableIsToBeDeleted() {
    String forbidden = "Forbidden: field is immutable when `immutable` is set";
    assertThat(ApiProblem.of(answer(422, forbidden, "data", "FieldValueForbidden"), SECRET))
        .isInstanceOf(Problem.InvalidSpec.class)
        .extracting(Problem::message)
        .asString()
        .contains("data: FieldValueForbidden. It was made immutable by hand")
        .endsWith("kubectl -n demo delete secret kn.")
        .doesNotContain("What runs goes on");
  }

  @Test
  void aPolicyAndAQuotaSayTheirOwnWords() {
    String webhook = "admission webhook \"policy.example.com\" denied the request: no root";
    assertThat(ApiProblem.of(answer(400, webhook, null, null), OBJECT).message()).contains(webhook);
    assertThat(ApiProblem.of(answer(403, webhook, null, null), OBJECT))
        .returns(ApplyReason.FORBIDDEN, Problem::reason);
    String quota =
        "services \"kn-s0\" is forbidden: exceeded quota: small, requested: services=1, used:"
            + " services=5, limited: services=5";
    assertThat(ApiProblem.of(answer(403, quota, null, null), OBJECT))
        .returns(ApplyReason.QUOTA_EXCEEDED, Problem::reason)
        .extracting(Problem::message)
        .asString()
        .contains(
            quota, "Quota small has to allow services=6 (1 more); ask for less, or raise it:");
  }

  @Test
  void aLongAnswerKeepsItsBeginAndItsEndOnOneLine() {
    String message = "spec.template: Invalid value:\n" + "{...}".repeat(1000) + ": is immutable";
    assertThat(ApiProblem.of(answer(422, message, "spec", "x"), OBJECT).message())
        .contains("spec.template: Invalid value: {", " … ", "is immutable.")
        .doesNotContain("\n")
        .hasSizeLessThan(900);
  }

  @ParameterizedTest
  @CsvSource({"400", "403", "422", "500"})
  void nothingThatMayQuoteTheContentOfASecretIsPassedOn(int code) {
    String message = "admission webhook \"policy.example.com\" denied the request: s3cret";
    assertThat(ApiProblem.of(answer(code, message, "data", "s3cret"), SECRET).message())
        .contains("policy.example.com")
        .doesNotContain("s3cret");
    String invalid = "Secret \"kn\" is invalid: data[s3cret]: Invalid value: \"s3cret\"";
    assertThat(ApiProblem.of(answer(code, invalid, "data", "FieldValueInvalid"), SECRET).message())
        .contains("data: FieldValueInvalid")
        .doesNotContain("s3cret");
  }

  @Test
  void aQuotaOfSecretsIsNamed() {
    String quota =
        "exceeded quota: small, requested: secrets=1, used: secrets=5, limited: secrets=5";
    assertThat(
            ApiProblem.of(answer(403, "secrets \"kn\" is forbidden: " + quota, null, null), SECRET)
                .message())
        .contains(quota);
  }

  @Test
  void aServerThatDoesNotAnswerSaysNothing() {
    Problem problem =
        ApiProblem.of(new KubernetesClientException("java.net.ConnectException: s3cret"), OBJECT);
    assertThat(problem).isInstanceOf(Problem.Transient.class);
    assertThat(problem.message())
        .isEqualTo("The API server did not take StatefulSet kn-s0. It is tried again.");
  }

  @Test
  void aNamespaceThatGoesIsWaitedFor() {
    assertThat(ApiProblem.of(failure(403, "", "NamespaceTerminating"), OBJECT))
        .isInstanceOf(Problem.WaitingFor.class);
  }

  private static KubernetesClientException failure(int code, String field, String reason) {
    return answer(code, "text", field, reason);
  }

  private static KubernetesClientException answer(
      int code, String message, @Nullable String field, @Nullable String reason) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(code)
            .withMessage(message)
            .withNewDetails()
            .addNewCause(field, message, reason)
            .endDetails()
            .build());
  }
}
