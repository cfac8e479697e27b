package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AppliedTest {

  private static final Recipe WANTED =
      new Recipe(
          template(
              """
              metadata: {labels: {app: a}}
              spec:
                containers:
                - name: a
                  image: a:1
                  env: [{name: EMPTY, value: ""}]
                  ports: [{containerPort: 1}]
                  readinessProbe: {tcpSocket: {port: 1}}
                  resources: {limits: {cpu: "0.5", memory: 1Gi}}
                volumes:
                - {name: c, configMap: {name: a}}
              """),
          Map.of("a.conf", "new"),
          "inputs");

  private static final PodTemplateSpec FILLED_IN =
      template(
          """
          metadata: {labels: {app: a}}
          spec:
            restartPolicy: Always
            dnsPolicy: ClusterFirst
            schedulerName: default-scheduler
            terminationGracePeriodSeconds: 30
            securityContext: {}
            containers:
            - name: a
              image: a:1
              imagePullPolicy: IfNotPresent
              terminationMessagePath: /dev/termination-log
              terminationMessagePolicy: File
              env: [{name: EMPTY}]
              ports: [{containerPort: 1, protocol: TCP}]
              readinessProbe:
                {tcpSocket: {port: 1}, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3}
              resources: {limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}
            volumes:
            - {name: c, configMap: {name: a, defaultMode: 420}}
          """);

  private static final Map<String, String> LIVE_FILES = Map.of("a.conf", "live");

  @Test
  void whatWasKeptCountsWhateverSomebodyDoesToTemplateAndFiles() {
    Deployment live = live(Applied.annotations(WANTED), image(FILLED_IN, "somebody:s"));
    assertThat(read(live, other())).isEqualTo(WANTED);
  }

  @Test
  void anAnnotationThatSomebodyEditedDoesNotCount() {
    Map<String, String> edited = new HashMap<>(Applied.annotations(WANTED));
    edited.replaceAll((key, value) -> value.replace("a:1", "evil:1"));
    assertThat(read(live(edited, FILLED_IN), WANTED)).isEqualTo(WANTED);
    for (String text : new String[] {"", "x", "x y", "0123456789abcdef {}"}) {
      assertThat(read(live(Map.of(Annotations.APPLIED, text), FILLED_IN), WANTED))
          .as(text)
          .isEqualTo(WANTED);
    }
  }

  @Test
  void whereNothingWasKeptWhatTheApiServerFilledInIsNoDifference() {
    assertThat(read(live(Map.of(), FILLED_IN), WANTED)).isEqualTo(WANTED);
  }

  @Test
  void whereNothingWasKeptAnotherTemplateIsTakenAsItIsWithItsFiles() {
    PodTemplateSpec older = image(FILLED_IN, "a:0");
    assertThat(read(live(Map.of(), older), WANTED))
        .isEqualTo(new Recipe(older, LIVE_FILES, "inputs"));
    assertThat(Applied.recipe(live(Map.of(), older), Map.of(), () -> WANTED).files())
        .as("nothing is known of them")
        .isEqualTo(WANTED.files());
  }

  @Test
  void whatIsMoreOrLessThanADefaultIsADifference() {
    PodTemplateSpec more =
        new PodTemplateSpecBuilder(FILLED_IN).editSpec().withHostNetwork(true).endSpec().build();
    PodTemplateSpec less =
        new PodTemplateSpecBuilder(FILLED_IN).editSpec().withVolumes().endSpec().build();
    PodTemplateSpec amount = template(Serialization.asYaml(FILLED_IN).replace("500m", "600m"));
    for (PodTemplateSpec live : new PodTemplateSpec[] {more, less, amount}) {
      assertThat(read(live(Map.of(), live), WANTED).template()).isEqualTo(live);
    }
  }

  private static Recipe other() {
    return new Recipe(image(WANTED.template(), "a:2"), Map.of(), "other");
  }

  private static Recipe read(Deployment live, Recipe wanted) {
    return Applied.recipe(live, LIVE_FILES, () -> wanted);
  }

  private static Deployment live(Map<String, String> annotations, PodTemplateSpec template) {
    Deployment live = Serialization.unmarshal("metadata: {name: a}\nspec: {}", Deployment.class);
    live.getMetadata().setAnnotations(annotations);
    live.getSpec().setTemplate(template);
    return live;
  }

  private static PodTemplateSpec image(PodTemplateSpec template, String image) {
    return new PodTemplateSpecBuilder(template)
        .editSpec()
        .editFirstContainer()
        .withImage(image)
        .endContainer()
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(String yaml) {
    return Serialization.unmarshal(yaml, PodTemplateSpec.class);
  }
}
