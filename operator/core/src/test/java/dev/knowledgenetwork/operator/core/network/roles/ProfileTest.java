package dev.knowledgenetwork.operator.core.network.roles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.network.Networks;
import dev.knowledgenetwork.operator.core.network.WholePlatform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Profiles as whole platforms: everything that the three planners make of them. */
class ProfileTest {

  private static final Path VALUES = Path.of("../../charts/knowledgenetwork-operator/values.yaml");
  private static final long GIBIBYTE = 1L << 30;

  @Test
  void developmentFitsFourGibibytesWithTheOperator() throws IOException {
    JsonNode values = new ObjectMapper(new YAMLFactory()).readTree(Files.readString(VALUES));
    long operator =
        values.get("replicas").asLong()
            * bytes(new Quantity(values.at("/resources/limits/memory").asText()));
    assertThat(operator).isPositive();
    assertThat(limits(Profile.DEVELOPMENT) + operator).isLessThanOrEqualTo(4 * GIBIBYTE);
  }

  @Test
  void profilesGrow() {
    assertThat(limits(Profile.SMALL)).isGreaterThan(limits(Profile.DEVELOPMENT));
    assertThat(limits(Profile.MEDIUM)).isGreaterThan(limits(Profile.SMALL));
  }

  @Test
  void shardsAndInstancesAreWhatTheProfilesPromise() {
    assertThat(Stream.of(Profile.values()).map(profile -> Networks.sizes(profile).database()))
        .map(database -> database.shards() + "x" + database.instances())
        .containsExactly("2x1", "2x3", "4x3");
  }

  @Test
  void everyPodOfEveryProfileIsRestrictedAndLimited() {
    for (Profile profile : Profile.values()) {
      assertThat(objects(profile).stream().flatMap(object -> PodRules.template(object).stream()))
          .hasSizeGreaterThanOrEqualTo(7)
          .allSatisfy(template -> PodRules.verifyRestricted(template.getSpec()));
    }
  }

  private static long limits(Profile profile) {
    return objects(profile).stream().mapToLong(ProfileTest::limits).sum();
  }

  private static long limits(HasMetadata object) {
    int pods =
        switch (object) {
          case Deployment deployment -> deployment.getSpec().getReplicas();
          case StatefulSet set -> set.getSpec().getReplicas();
          default -> 1;
        };
    return PodRules.template(object).map(template -> limits(template.getSpec())).orElse(0L) * pods;
  }

  private static long limits(PodSpec pod) {
    return pod.getContainers().stream()
        .mapToLong(container -> bytes(container.getResources().getLimits().get("memory")))
        .sum();
  }

  private static long bytes(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity).longValueExact();
  }

  private static List<HasMetadata> objects(Profile profile) {
    return WholePlatform.objects(Networks.network(profile));
  }
}
