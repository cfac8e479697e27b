package dev.knowledgenetwork.operator.core.network.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.Networks;
import dev.knowledgenetwork.operator.core.plan.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkValidatorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shardSet: {name: ""}       | spec.shardSet.name     | name an object of this namespace, or remove spec.shardSet
          cacheTier: {}              | spec.cacheTier.name    | name an object of this namespace, or remove spec.cacheTier
          api: {replicas: 0}         | spec.api.replicas      | use a number from 1 to 100
          api: {replicas: 101}       | spec.api.replicas      | use a number from 1 to 100
          realtime: {replicas: -1}   | spec.realtime.replicas | use a number from 0 to 100
          worker: {replicas: 101}    | spec.worker.replicas   | use a number from 0 to 100
          api: {resources: {requests: {cpu: 0}}}      | spec.api.resources.requests.cpu     | use a quantity above zero
          worker: {resources: {limits: {memory: 0}}}  | spec.worker.resources.limits.memory | use a quantity above zero
          api: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}} | spec.api.resources.requests.cpu | a request must not be greater than its limit
          security: {auth: {mode: Oidc}} | spec.security.auth.oidc | oidc is required with mode Oidc and refused with every other mode
          security: {auth: {oidc: {issuer: "https://a", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc | oidc is required with mode Oidc and refused with every other mode
          security: {auth: {mode: Oidc, oidc: {issuer: "http://a", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc.issuer | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", jwksUri: "https://a:70000/keys"}}} | spec.security.auth.oidc.jwksUri | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", jwksUri: "https://u@a/keys"}}} | spec.security.auth.oidc.jwksUri | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", audience: "", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc.audience | use 1 to 256 characters
          """)
  void everyViolationIsFound(String spec, String field, String message) {
    assertThat(NetworkValidator.violations(NetworkSpecs.network(spec)))
        .containsExactly(new Problem.InvalidSpec("InvalidSpec", field, message));
  }

  @Test
  void allViolationsAreReportedTogether() {
    KnowledgeNetwork network =
        NetworkSpecs.network("{api: {replicas: 0}, worker: {replicas: 200}, cacheTier: {}}");
    assertThat(NetworkValidator.violations(network)).hasSize(3);
    assertThat(Networks.plan(network, Networks.NOTHING).resources()).isEmpty();
  }

  @Test
  void aNameThatLeavesNoRoomIsRefused() {
    KnowledgeNetwork network = Networks.network();
    network.getMetadata().setName("a".repeat(41));
    assertThat(NetworkValidator.violations(network))
        .map(Problem::message)
        .containsExactly(
            "the name must have at most 40 characters, begin with a letter and hold only a-z, 0-9"
                + " and -");
  }

  @Test
  void whatPeopleWriteIsValid() {
    assertThat(NetworkValidator.violations(Networks.network())).isEmpty();
    assertThat(NetworkValidator.violations(NetworkSpecs.network(NetworkSpecs.OIDC))).isEmpty();
  }
}
