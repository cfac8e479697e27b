package dev.knowledgenetwork.operator.core.workload;

import dev.knowledgenetwork.crds.common.AntiAffinity;
import dev.knowledgenetwork.crds.common.TopologySpread;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which nodes pods run. */
public final class Nodes {

  private static final String HOSTNAME = "kubernetes.io/hostname";
  private static final List<TopologySpread> OVER_ZONES =
      List.of(new TopologySpread(1, "topology.kubernetes.io/zone", null));
  private static final int WEIGHT = 100;

  private Nodes() {}

  /** Pods with these labels go to different nodes where there are enough of them. */
  public static Affinity preferDifferent(Map<String, String> labels) {
    return new AffinityBuilder()
        .withNewPodAntiAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(WEIGHT)
        .withNewPodAffinityTerm()
        .withTopologyKey(HOSTNAME)
        .withNewLabelSelector()
        .withMatchLabels(labels)
        .endLabelSelector()
        .endPodAffinityTerm()
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .build();
  }

  /** Pods with these labels go to different nodes, always or if possible. */
  public static Affinity different(AntiAffinity strength, Map<String, String> labels) {
    return switch (strength) {
      case PREFERRED -> preferDifferent(labels);
      case REQUIRED ->
          new AffinityBuilder()
              .withNewPodAntiAffinity()
              .addNewRequiredDuringSchedulingIgnoredDuringExecution()
              .withTopologyKey(HOSTNAME)
              .withNewLabelSelector()
              .withMatchLabels(labels)
              .endLabelSelector()
              .endRequiredDuringSchedulingIgnoredDuringExecution()
              .endPodAntiAffinity()
              .build();
    };
  }

  /** Pods with these labels spread as asked; where nothing is asked, over zones if possible. */
  public static List<TopologySpreadConstraint> spread(
      List<TopologySpread> asked, Map<String, String> labels) {
    return (asked.isEmpty() ? OVER_ZONES : asked)
        .stream().map(each -> constraint(each, labels)).toList();
  }

  private static TopologySpreadConstraint constraint(
      TopologySpread spread, Map<String, String> labels) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(spread.maxSkew())
        .withTopologyKey(spread.topologyKey())
        .withWhenUnsatisfiable(
            switch (spread.whenUnsatisfiable()) {
              case SCHEDULE_ANYWAY -> "ScheduleAnyway";
              case DO_NOT_SCHEDULE -> "DoNotSchedule";
            })
        .withNewLabelSelector()
        .withMatchLabels(labels)
        .endLabelSelector()
        .build();
  }

  /** Tolerations of a spec as pods have them. */
  public static List<Toleration> tolerations(
      List<dev.knowledgenetwork.crds.common.Toleration> tolerations) {
    return tolerations.stream()
        .map(
            toleration ->
                new TolerationBuilder()
                    .withKey(toleration.key())
                    .withOperator(
                        switch (toleration.operator()) {
                          case EQUAL -> "Equal";
                          case EXISTS -> "Exists";
                        })
                    .withValue(toleration.value())
                    .withEffect(effect(toleration))
                    .withTolerationSeconds(toleration.tolerationSeconds())
                    .build())
        .toList();
  }

  private static @Nullable String effect(dev.knowledgenetwork.crds.common.Toleration toleration) {
    return switch (toleration.effect()) {
      case NO_SCHEDULE -> "NoSchedule";
      case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
      case NO_EXECUTE -> "NoExecute";
      case null -> null;
    };
  }
}
