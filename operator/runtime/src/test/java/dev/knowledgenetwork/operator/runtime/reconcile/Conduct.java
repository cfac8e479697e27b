package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.runtime.kit.History;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the operator behaved towards shard s0 of a ShardSet {@code kn}, read from its history: what
 * it must not have done at any moment, and what it did.
 */
final class Conduct {

  private static final String INSTANCE = "kn-s0-";

  private final Map<String, Pod> pods = new HashMap<>();
  private final List<String> offences = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private @Nullable ShardSet owner;
  private @Nullable StatefulSet set;
  private boolean tried;
  private int recipes;
  private int begun;

  private Conduct() {}

  /** Reads a history from its beginning. */
  static Conduct in(List<History.Entry> history) {
    Conduct conduct = new Conduct();
    history.forEach(conduct::read);
    return conduct;
  }

  /** What must not have happened, in its order. */
  List<String> offences() {
    return List.copyOf(offences);
  }

  /** Pods that somebody deleted while they were to be there, in their order. */
  List<String> taken() {
    return List.copyOf(taken);
  }

  /** How often the template of the pods changed. */
  int recipes() {
    return recipes;
  }

  /** How often an operation began. */
  int begun() {
    return begun;
  }

  private void read(History.Entry entry) {
    switch (entry.object()) {
      case ShardSet next -> status(next);
      case StatefulSet next -> template(next);
      case Job job -> trial(job);
      case Pod pod when pod.getMetadata().getName().matches("kn-s0-\\d") ->
          instance(pod, entry.deleted());
      default -> {}
    }
  }

  private void status(ShardSet next) {
    if (next.getStatus() != null && next.getStatus().operations().size() > 1) {
      offences.add("more than one operation: " + next.getStatus().operations());
    }
    begun += is(next, phase -> !phase.isOver()) && !is(owner, phase -> !phase.isOver()) ? 1 : 0;
    owner = next;
  }

  private static boolean is(@Nullable ShardSet set, Predicate<OperationPhase> phase) {
    return set != null
        && set.getStatus() != null
        && set.getStatus().operations().stream().anyMatch(entry -> phase.test(entry.phase()));
  }

  /** What is done to instances the status tells before. */
  private void announced(String deed) {
    if (!is(owner, OperationPhase.RUNNING::equals)) {
      offences.add(deed + " while no operation runs");
    }
  }

  private void template(StatefulSet next) {
    StatefulSet before = set;
    set = next;
    if (before == null) {
      return;
    }
    if (!before.getSpec().getTemplate().equals(next.getSpec().getTemplate())) {
      recipes++;
      announced("the recipe is applied");
      if (!tried) {
        offences.add("the recipe is applied before it was tried");
      }
    }
    int instances = next.getSpec().getReplicas();
    if (instances < before.getSpec().getReplicas()) {
      announced("instances are taken away");
      IntStream.range(instances, before.getSpec().getReplicas())
          .mapToObj(ordinal -> INSTANCE + ordinal)
          .filter(this::leads)
          .forEach(name -> offences.add(name + " leads and is taken away"));
    }
  }

  private void trial(Job job) {
    if (job.getStatus() == null || job.getStatus().getConditions().isEmpty()) {
      announced("a trial begins");
    }
    tried |= job.getStatus() != null && Integer.valueOf(1).equals(job.getStatus().getSucceeded());
  }

  private void instance(Pod pod, boolean deleted) {
    String name = pod.getMetadata().getName();
    Pod before = pods.get(name);
    boolean goes =
        before != null
            && before.getMetadata().getDeletionTimestamp() == null
            && (deleted || pod.getMetadata().getDeletionTimestamp() != null);
    if (goes && expected().contains(name)) {
      goes(name);
    }
    if (deleted) {
      pods.remove(name);
    } else {
      pods.put(name, pod);
    }
  }

  private void goes(String name) {
    taken.add(name);
    announced(name + " is taken");
    List<String> others = expected().stream().filter(other -> !other.equals(name)).toList();
    List<String> away = others.stream().filter(other -> !serves(other)).toList();
    if (!away.isEmpty()) {
      offences.add("%s is taken while %s does not serve".formatted(name, away));
    }
    if (leads(name) && others.stream().anyMatch(this::serves)) {
      offences.add(name + " leads and is taken");
    }
  }

  private List<String> expected() {
    int instances = set == null ? 0 : set.getSpec().getReplicas();
    return IntStream.range(0, instances).mapToObj(ordinal -> INSTANCE + ordinal).toList();
  }

  private boolean serves(String name) {
    return pods.containsKey(name) && Readiness.isReady(pods.get(name));
  }

  private boolean leads(String name) {
    return pods.containsKey(name)
        && "primary".equals(pods.get(name).getMetadata().getLabels().get(Labels.ROLE));
  }
}
