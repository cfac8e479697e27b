package dev.knowledgenetwork.operator.core.shardset.storage;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.STORAGE_OK;
import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView.Volume;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the volumes of a ShardSet mean for it, the fullest first.
 *
 * @param set whose they are
 * @param volumes of all instances that told lately
 */
public record StorageHealth(ShardSet set, List<Map.Entry<String, Volume>> volumes) {

  /** From here on a person has time to do something, and little. */
  private static final int NEARLY_FULL = 85;

  /** From here on one large query or a replica that is away for an hour may be the end. */
  private static final int DANGEROUSLY_FULL = 95;

  private static final double GIBIBYTE = 1L << 30;

  /** From what was observed. */
  public static StorageHealth of(ShardSet set, Facts facts) {
    return new StorageHealth(
        set,
        Blueprint.shards(set).stream()
            .flatMap(shard -> facts.of(StorageView.FACT, Blueprint.target(set, shard)).stream())
            .flatMap(view -> view.volumes().entrySet().stream())
            .sorted(
                Comparator.comparing(
                        (Map.Entry<String, Volume> each) -> -each.getValue().usedPercent())
                    .thenComparing(Map.Entry::getKey))
            .toList());
  }

  /** Sets StorageOK. */
  public Conditions set(Conditions conditions) {
    if (volumes.isEmpty()) {
      return conditions.with(
          STORAGE_OK,
          ConditionStatus.UNKNOWN,
          ShardSetReason.NOT_KNOWN,
          "No instance has told lately how full its volume is.");
    }
    return volumes.getFirst().getValue().usedPercent() < NEARLY_FULL
        ? conditions.yes(
            STORAGE_OK,
            ShardSetReason.ENOUGH,
            "The fullest volume is that of " + figures(volumes.getFirst()) + ".")
        : conditions.no(STORAGE_OK, ShardSetReason.STORAGE_NEARLY_FULL, warning());
  }

  /** What is about to be lost; empty while there is time. */
  public Optional<Finding> loss() {
    return volumes.stream()
        .findFirst()
        .filter(fullest -> fullest.getValue().usedPercent() >= DANGEROUSLY_FULL)
        .map(fullest -> Finding.of(ShardSetReason.STORAGE_NEARLY_FULL, warning()));
  }

  private String warning() {
    String fullest = volumes.getFirst().getKey();
    String full =
        volumes.stream()
            .filter(each -> each.getValue().usedPercent() >= NEARLY_FULL)
            .map(StorageHealth::figures)
            .collect(joining("; "));
    return ("Nearly full: %1$s. PostgreSQL stops when it is: see what takes the space, kubectl -n"
            + " %2$s exec %3$s -- du -axh --max-depth=2 /var/lib/postgresql | sort -h | tail, and"
            + " delete what is not needed, or, where its class can expand, %4$s.")
        .formatted(full, set.getMetadata().getNamespace(), fullest, growth(fullest));
  }

  /** The size of a ShardSet that a KnowledgeNetwork made is not for people to change. */
  private String growth(String fullest) {
    return set.getMetadata().getOwnerReferences().isEmpty()
        ? "raise spec.storage.size, kubectl -n %s edit shs %s"
            .formatted(set.getMetadata().getNamespace(), set.getMetadata().getName())
        : "enlarge the claim, kubectl -n %s edit pvc %s"
            .formatted(set.getMetadata().getNamespace(), ShardStatefulSet.claim(fullest));
  }

  private static String figures(Map.Entry<String, Volume> instance) {
    return "%s, %d %% of %s (by df in its data directory, in steps of 5 %%)"
        .formatted(
            instance.getKey(), instance.getValue().usedPercent(), size(instance.getValue().size()));
  }

  /** Coarse: on some file systems the size changes a little with what others write. */
  private static String size(long bytes) {
    double gibibytes = bytes / GIBIBYTE;
    return String.format(Locale.ROOT, gibibytes < 10 ? "%.1fGi" : "%.0fGi", gibibytes);
  }
}
