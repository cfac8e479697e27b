package dev.knowledgenetwork.operator.core.network.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.network.Networks;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
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
          api: {resources: {requests: {cpu: 0}}}      | spec.api.resources.requests.cpu     | requests and limits must be greater than zero
          worker: {resources: {limits: {memory: 0}}}  | spec.worker.resources.limits.memory | requests and limits must be greater than zero
          api: {resources: {limits: {memory: 191Mi}}} | spec.api.resources.limits.memory | use at least 192Mi
          realtime: {resources: {limits: {memory: 1}}} | spec.realtime.resources.limits.memory | use at least 192Mi; 1 are bytes: did you mean 1Gi?
          worker: {resources: {limits: {memory: 384m}}} | spec.worker.resources.limits.memory | use at least 192Mi; 384m are thousandths of a byte: did you mean 384Mi?
          api: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}} | spec.api.resources.requests.cpu | a request must not be greater than its limit
          profile: Small | spec.security.auth.mode | mode Development is for profile Development only: its tokens are signed with a key that lies in the namespace; set mode Oidc and oidc with your issuer
          api: {service: {sourceRanges: [10.0.0.0/8]}} | spec.api.service | sourceRanges and loadBalancerClass are for type LoadBalancer only
          api: {service: {type: NodePort, loadBalancerClass: a/b}} | spec.api.service | sourceRanges and loadBalancerClass are for type LoadBalancer only
          api: {service: {type: LoadBalancer, sourceRanges: [10.0.0.0/33]}} | spec.api.service.sourceRanges | write each range as a network, for example 203.0.113.0/24 or 2001:db8::/32
          api: {service: {type: LoadBalancer, sourceRanges: [example.org/8]}} | spec.api.service.sourceRanges | write each range as a network, for example 203.0.113.0/24 or 2001:db8::/32
          api: {service: {annotations: {knowledgenetwork.dev/x: y}}} | spec.api.service.annotations.knowledgenetwork.dev/x | keys that begin with knowledgenetwork.dev/ or app.kubernetes.io/ are the operator's: use another one
          api: {cors: {origins: [https://a/b]}} | spec.api.cors.origins | write each origin as scheme and host, for example https://app.example.org
          api: {cors: {origins: []}} | spec.api.cors.origins | write each origin as scheme and host, for example https://app.example.org
          api: {cors: {origins: ["*"], maxAge: long}} | spec.api.cors.maxAge | use a number and one of ms, s, m, h, d, for example 1h
          env: [{name: KN_ROLE, value: x}] | spec.env[KN_ROLE] | env must not set POD_NAME, KN_*, QUARKUS_HTTP_*, QUARKUS_MANAGEMENT_*, QUARKUS_SHUTDOWN_* or QUARKUS_SMALLRYE_HEALTH_*: the operator sets these itself
          env: [{name: QUARKUS_HTTP_PORT, value: 1}] | spec.env[QUARKUS_HTTP_PORT] | env must not set POD_NAME, KN_*, QUARKUS_HTTP_*, QUARKUS_MANAGEMENT_*, QUARKUS_SHUTDOWN_* or QUARKUS_SMALLRYE_HEALTH_*: the operator sets these itself
          env: [{name: a-b, value: x}] | spec.env[a-b] | names in env begin with a letter or _ and hold only letters, digits and _
          env: [{name: A}] | spec.env[A] | an entry of env has either value or valueFrom
          env: [{name: A, valueFrom: {}}] | spec.env[A].valueFrom | env.valueFrom has either secretKeyRef or configMapKeyRef
          image: "a b" | spec.image | use the reference of an image, for example registry.example.org/kn/postgres:17.5
          serviceAccountAnnotations: {knowledgenetwork.dev/x: y} | spec.serviceAccountAnnotations.knowledgenetwork.dev/x | keys that begin with knowledgenetwork.dev/ or app.kubernetes.io/ are the operator's: use another one
          security: {auth: {mode: Oidc}} | spec.security.auth.oidc | oidc is required with mode Oidc and refused with every other mode
          security: {auth: {oidc: {issuer: "https://a", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc | oidc is required with mode Oidc and refused with every other mode
          security: {auth: {mode: Oidc, oidc: {issuer: "http://a", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc.issuer | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", jwksUri: "https://a:70000/keys"}}} | spec.security.auth.oidc.jwksUri | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", jwksUri: "https://u@a/keys"}}} | spec.security.auth.oidc.jwksUri | use an https URL without a user, for example https://login.example.org/realms/kn
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", audience: "", jwksUri: "https://a/keys"}}} | spec.security.auth.oidc.audience | use 1 to 256 characters
          security: {auth: {mode: Oidc, oidc: {issuer: "https://a", ports: [0], jwksUri: "https://a/keys"}}} | spec.security.auth.oidc.ports | use ports from 1 to 65535
          """)
  void everyViolationIsFound(String spec, String field, String message) {
    assertThat(NetworkValidator.violations(NetworkSpecs.network(spec)))
        .containsExactly(new Problem.InvalidSpec(StandardReason.INVALID_SPEC, field, message));
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
    assertThat(
            NetworkValidator.violations(
                NetworkSpecs.network(
                    "{env: [{name: QUARKUS_LOG_LEVEL, value: DEBUG}], api: {cors: {origins:"
                        + " ['http://localhost:3000']}, service: {type: LoadBalancer, sourceRanges:"
                        + " ['2001:db8::/32']}}}")))
        .isEmpty();
  }
}
