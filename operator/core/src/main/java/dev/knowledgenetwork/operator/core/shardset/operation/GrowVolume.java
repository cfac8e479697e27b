package dev.knowledgenetwork.operator.core.shardset.operation;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.Beginning;
import dev.knowledgenetwork.operator.core.operation.Claim;
import dev.knowledgenetwork.operator.core.operation.Hold;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Knob;
import dev.knowledgenetwork.operator.core.operation.Operation;
import dev.knowledgenetwork.operator.core.operation.Rank;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.instance.ExpandClaim;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardVolumes;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Line;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Larger volumes, because the spec asks for them or because somebody enlarged one by hand, which
 * new ones have to equal. First the claims; then the template, which Kubernetes lets nobody change:
 * the StatefulSet is made anew around its pods; then the file systems, each at its own time. No pod
 * is restarted.
 */
public final class GrowVolume implements Operation<Shard> {

  /** The size of new volumes, as the template of the StatefulSet has it. */
  public static final Knob<Quantity> SIZE = new Knob<>("volume", Quantity.class, Amounts::smaller);

  private static final String EXPAND = "Expand";
  private static final String EXPANDED = "Expanded";
  private static final String RENEW = "Renew";
  private static final String GROW = "Grow";
  private static final String PENDING = "FileSystemResizePending";

  @Override
  public String type() {
    return "GrowVolume";
  }

  @Override
  public Rank rank() {
    return Rank.OTHER;
  }

  @Override
  public Set<String> steps() {
    return Set.of(EXPAND, EXPANDED, RENEW, GROW);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    ShardVolumes volumes = shard.volumes();
    boolean due =
        !volumes.tooSmall().isEmpty() || volumes.isTemplateBehind() || !volumes.growing().isEmpty();
    return due ? Optional.of(Beginning.unasked(Step.of(EXPAND))) : Optional.empty();
  }

  /** Volumes grow under whatever goes on; nobody may count pods while nothing controls them. */
  @Override
  public Set<Claim> claims(Target target, Step step) {
    return switch (step.name()) {
      case EXPANDED, RENEW -> Set.of(Claim.exclusive(target));
      default -> Set.of();
    };
  }

  @Override
  public boolean disturbs(Step step) {
    return false;
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    ShardVolumes volumes = shard.volumes();
    if (!volumes.tooSmall().isEmpty()) {
      return expanding(shard, volumes);
    }
    if (volumes.isTemplateBehind()) {
      return renewing(shard, volumes, step);
    }
    List<PersistentVolumeClaim> growing = volumes.growing();
    if (!growing.isEmpty()) {
      return Turn.at(
          Step.of(GROW),
          "Volumes of %s grow: %s."
              .formatted(
                  shard.name(),
                  growing.stream().map(claim -> progress(shard, claim)).collect(joining("; "))));
    }
    return Turn.succeeded(
        step,
        "Every volume of %s has at least the %s that are asked for."
            .formatted(shard.name(), volumes.asked()));
  }

  private static Turn expanding(Shard shard, ShardVolumes volumes) {
    Turn turn =
        held(
            volumes,
            shard,
            Turn.at(
                Step.of(EXPAND),
                "Volumes of %s are to have %s: %s."
                    .formatted(
                        shard.name(),
                        volumes.asked(),
                        volumes.tooSmall().stream()
                            .map(
                                claim ->
                                    "%s has %s".formatted(name(claim), ShardVolumes.request(claim)))
                            .collect(joining(", ")))));
    for (PersistentVolumeClaim claim : volumes.tooSmall()) {
      turn = turn.doing(new ExpandClaim(shard.target(), name(claim), volumes.asked()));
    }
    return turn;
  }

  /** Only in its own step nothing is held: while it waits for others, the StatefulSet stays. */
  private static Turn renewing(Shard shard, ShardVolumes volumes, Step step) {
    String message =
        "The StatefulSet of %s is made anew around its pods, so that new volumes have %s."
            .formatted(shard.name(), volumes.ofNew());
    return switch (step.name()) {
      case RENEW -> Turn.at(step, message);
      case EXPANDED -> held(volumes, shard, Turn.at(Step.of(RENEW), message));
      default -> held(volumes, shard, Turn.at(Step.of(EXPANDED), message));
    };
  }

  private static Turn held(ShardVolumes volumes, Shard shard, Turn turn) {
    return volumes
        .template()
        .map(size -> turn.holding(new Hold<>(SIZE, shard.target(), size)))
        .orElse(turn);
  }

  private static String progress(Shard shard, PersistentVolumeClaim claim) {
    String said =
        conditions(claim)
            .map(
                condition ->
                    Stream.of(condition.getType(), Line.of(condition.getMessage()))
                        .filter(text -> !text.isEmpty())
                        .collect(joining(": ")))
            .collect(joining(", "));
    String sizes =
        "%s has %s of %s"
            .formatted(name(claim), ShardVolumes.capacity(claim), ShardVolumes.request(claim));
    boolean waits = conditions(claim).anyMatch(c -> c.getType().equals(PENDING));
    return sizes + (said.isEmpty() ? "" : " (" + said + ")") + (waits ? restart(shard) : "");
  }

  /** Some drivers cannot enlarge a file system that is in use. */
  private static String restart(Shard shard) {
    return ", and if that lasts, its pod has to be made anew: kubectl -n %s annotate shardset %s %s=%s#grow --overwrite"
        .formatted(
            shard.blueprint().namespace(),
            shard.blueprint().name(),
            Annotations.RESTART,
            shard.name());
  }

  private static Stream<PersistentVolumeClaimCondition> conditions(PersistentVolumeClaim claim) {
    return claim.getStatus() == null
        ? Stream.empty()
        : claim.getStatus().getConditions().stream().filter(c -> "True".equals(c.getStatus()));
  }

  private static String name(PersistentVolumeClaim claim) {
    return claim.getMetadata().getName();
  }
}
