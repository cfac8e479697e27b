package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardRecipe;
import dev.knowledgenetwork.operator.core.shardset.pooler.PoolerWorkload;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Variants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * A change of the spec that changes the pods is known as such: else it would be taken for an update
 * of the operator and be held back.
 */
class KnownInputsTest {

  private static final ShardSetSpec BASE = ShardSetSpec.defaults();

  @Test
  void everyFieldThatChangesThePodsChangesTheInputs() {
    assertThat(Variants.changing(BASE, KnownInputsTest::recipe))
        .containsExactly(
            "image",
            "imagePullSecrets",
            "placement",
            "podAnnotations",
            "podLabels",
            "priorityClassName",
            "resources");
  }

  @Test
  void everyFieldThatChangesThePoolerChangesItsInputs() {
    assertThat(Variants.changing(BASE, spec -> PoolerWorkload.wanted(blueprint(spec))))
        .containsExactly(
            "imagePullSecrets",
            "placement",
            "podAnnotations",
            "podLabels",
            "pool",
            "priorityClassName",
            "sharding");
  }

  @Test
  void everyParameterThatChangesThePodsChangesTheInputs() throws IOException {
    Recipe base = recipe(BASE);
    int changing = 0;
    for (String name : parameters()) {
      Recipe recipe = recipe(Sets.set("{parameters: {%s: '7'}}".formatted(name)).getSpec());
      if (!recipe.id().equals(base.id())) {
        assertThat(recipe.inputs()).as(name).isNotEqualTo(base.inputs());
        changing++;
      }
    }
    assertThat(changing).isGreaterThan(20);
  }

  @Test
  void whatTheSpecDoesNotSayIsNoInputSoThatALaterVersionMayKnowMoreFields() {
    assertThat(recipe(BASE).inputs())
        .isEqualTo(recipe(Sets.set("{podLabels: {}, imagePullSecrets: []}").getSpec()).inputs());
  }

  private static Recipe recipe(ShardSetSpec spec) {
    return ShardRecipe.wanted(blueprint(spec), "s0");
  }

  private static Blueprint blueprint(ShardSetSpec spec) {
    ShardSet set = Sets.set("{}");
    set.setSpec(spec);
    return new Blueprint(set, Sets.CLUSTER_ID, Sets.IMAGES);
  }

  private static List<String> parameters() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                KnownParameters.class.getResourceAsStream("postgresql-17-parameters.txt"),
                StandardCharsets.US_ASCII))) {
      return lines.lines().map(line -> line.split("\\|")[0].toLowerCase(Locale.ROOT)).toList();
    }
  }
}
