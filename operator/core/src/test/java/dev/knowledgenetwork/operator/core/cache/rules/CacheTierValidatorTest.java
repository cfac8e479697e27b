package dev.knowledgenetwork.operator.core.cache.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.operator.core.cache.Tiers;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheTierValidatorTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          l1: {maxEntries: 0}                 | spec.l1.maxEntries          | use a number from 1 to 10000000
          l1: {maxEntries: 10000001}          | spec.l1.maxEntries          | use a number from 1 to 10000000
          l1: {maxSize: 0}                    | spec.l1.maxSize             | use a quantity above zero and of at most 1Ti, as 64Mi
          l1: {maxSize: 16Ei}                 | spec.l1.maxSize             | use a quantity above zero and of at most 1Ti, as 64Mi
          l1: {maxSize: '1e999999999'}         | spec.l1.maxSize             | use a quantity above zero and of at most 1Ti, as 64Mi
          l1: {maxSize: '1e-999999999'}        | spec.l1.maxSize             | use a quantity above zero and of at most 1Ti, as 64Mi
          l2: {memory: 7Ei}                   | spec.l2.memory              | use at most 1Ti
          l1: {ttl: 5 minutes}                | spec.l1.ttl                 | use a number and one of ms, s, m, h, d, for example 300s
          l2: {memory: 15Mi}                  | spec.l2.memory              | use at least 16Mi
          l2: {memory: 64m}                   | spec.l2.memory              | use at least 16Mi; 64m are thousandths of a byte: did you mean 64Mi?
          l2: {external: {endpoints: ["a:1"], secretRef: {name: s}}, memory: 1Gi} | spec.l2 | memory, evictionPolicy, image and resources cannot be set with external: set them at the external cache
          l2: {external: {endpoints: ["a:1"], secretRef: {name: s}}, evictionPolicy: noeviction} | spec.l2 | memory, evictionPolicy, image and resources cannot be set with external: set them at the external cache
          l2: {external: {endpoints: ["a:1"], secretRef: {name: s}}, image: a} | spec.l2 | memory, evictionPolicy, image and resources cannot be set with external: set them at the external cache
          l2: {external: {endpoints: ["a:1"], secretRef: {name: s}}, resources: {limits: {cpu: 1}}} | spec.l2 | memory, evictionPolicy, image and resources cannot be set with external: set them at the external cache
          l2: {resources: {limits: {memory: 256Mi}}} | spec.l2.resources.limits.memory | the limit must be greater than l2.memory: connections and the program need room beside the data
          l2: {resources: {limits: {cpu: 0}}} | spec.l2.resources.limits.cpu | requests and limits must be greater than zero
          l2: {image: "a b"} | spec.l2.image | use the reference of an image, for example registry.example.org/kn/postgres:17.5
          podLabels: {app.kubernetes.io/name: x} | spec.podLabels.app.kubernetes.io/name | keys that begin with knowledgenetwork.dev/ or app.kubernetes.io/ are the operator's: use another one
          podAnnotations: {"a b": x} | spec.podAnnotations.a b | keys have at most 63 characters of A-Z, a-z, 0-9, -, _ and ., after a domain and / where there is one
          podLabels: {team: "a b"} | spec.podLabels.team | values of labels have at most 63 characters of A-Z, a-z, 0-9, -, _ and .
          l2: {external: {endpoints: [], secretRef: {name: s}}} | spec.l2.external.endpoints | name at least one endpoint as host:port
          l2: {external: {endpoints: ["a"], secretRef: {name: s}}} | spec.l2.external.endpoints | write each endpoint as host:port, for example cache.example.org:6379
          l2: {external: {endpoints: ["a:70000"], secretRef: {name: s}}} | spec.l2.external.endpoints | write each endpoint as host:port, for example cache.example.org:6379
          l2: {external: {endpoints: ["redis://a:1"], secretRef: {name: s}}} | spec.l2.external.endpoints | write each endpoint as host:port, for example cache.example.org:6379
          defaultTtl: 0s                      | spec.defaultTtl             | use a number and one of ms, s, m, h, d, for example 300s
          version: "a b"                      | spec.version                | use 1 to 32 of a-z, 0-9, - and ., for example 2
          maintenance: {window: {schedule: "61 3 * * *"}} | spec.maintenance.window.schedule | use five fields of cron in UTC, for example 0 3 * * SUN: Failed to parse cron expression. Value 61 not in range [0, 59]
          maintenance: {window: {schedule: "0 3 30 2 *"}} | spec.maintenance.window.schedule | use five fields of cron in UTC, for example 0 3 * * SUN: there is no such day
          maintenance: {window: {schedule: "0 3 * * SUN", duration: 25h}} | spec.maintenance.window.duration | use a duration from 15m to 24h, for example 2h
          dataClasses: {Doc: {}}              | spec.dataClasses[Doc]       | names in dataClasses begin with a letter and hold only a-z, 0-9 and -
          dataClasses: {doc: {ttl: soon}}     | spec.dataClasses[doc].ttl   | use a number and one of ms, s, m, h, d, for example 300s
          dataClasses: {doc: {tiers: []}}     | spec.dataClasses[doc].tiers | name at least one of L1 and L2
          """)
  void everyViolationIsFound(String spec, String field, String message) throws IOException {
    assertThat(CacheTierValidator.violations(Tiers.tier(YAML.readValue(spec, CacheTierSpec.class))))
        .containsExactly(new Problem.InvalidSpec(StandardReason.INVALID_SPEC, field, message));
  }

  @Test
  void allViolationsAreReportedTogether() throws IOException {
    CacheTierSpec spec =
        YAML.readValue("{l1: {maxEntries: 0}, version: A, defaultTtl: x}", CacheTierSpec.class);
    assertThat(CacheTierValidator.violations(Tiers.tier(spec))).hasSize(3);
  }

  @Test
  void aNameThatLeavesNoRoomIsRefused() {
    CacheTier tier = Tiers.tier();
    tier.getMetadata().setName("a".repeat(41));
    assertThat(CacheTierValidator.violations(tier))
        .map(Problem::message)
        .containsExactly(
            "the name must have at most 40 characters, begin with a letter and hold only a-z, 0-9"
                + " and -");
  }

  @Test
  void defaultsAreValid() {
    assertThat(CacheTierValidator.violations(Tiers.tier())).isEmpty();
  }
}
