package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.Request;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.workload.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What people ask of a ShardSet by annotation. */
public final class Requests {

  private static final String REASON = "RequestRefused";

  /** The operations that somebody asks for, and so may give up, by the annotation that does. */
  private static final SortedMap<String, String> ASKED =
      new TreeMap<>(Map.of("Restart", Annotations.RESTART, "Switchover", Annotations.SWITCHOVER));

  private Requests() {}

  /** Those that nothing can come of, with what would be understood. */
  public static List<Problem> refused(Blueprint blueprint) {
    List<Problem> refused = new ArrayList<>();
    ASKED
        .values()
        .forEach(
            key ->
                Request.of(blueprint.set(), key)
                    .filter(request -> !blueprint.shards().contains(request.part()))
                    .map(request -> noShard(blueprint, key, request))
                    .ifPresent(refused::add));
    abort(blueprint).ifPresent(refused::add);
    return refused;
  }

  private static Problem noShard(Blueprint blueprint, String key, Request request) {
    return new Problem.Stuck(
        REASON,
        "The annotation %s says %s, which is no shard: use one of %s, or remove it."
            .formatted(key, request.id(), String.join(", ", blueprint.shards())));
  }

  private static Optional<Problem> abort(Blueprint blueprint) {
    return Applied.annotation(blueprint.set(), Annotations.ABORT)
        .map(String::trim)
        .filter(
            value ->
                ASKED.keySet().stream()
                    .noneMatch(
                        type ->
                            blueprint.shards().stream()
                                .anyMatch(shard -> value.equals(type + "/" + shard))))
        .map(
            value ->
                new Problem.Stuck(
                    REASON,
                    ("The annotation %s says %s. What can be given up so is %s of a shard, as in"
                            + " Restart/%s; what follows from the spec is given up by setting the"
                            + " spec back. Correct the annotation, or remove it.")
                        .formatted(
                            Annotations.ABORT,
                            value,
                            String.join(" or ", ASKED.keySet()),
                            blueprint.shards().getFirst())));
  }
}
