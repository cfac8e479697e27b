package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Applies a plan: mints Secrets, then server-side applies what is absent, planned differently or
 * drifted, then prunes. A settled plan costs no request at all; a new object costs one read (to see
 * that its name is free) and one write.
 */
public final class Applier {

  /** The field manager of everything that the operator applies. */
  public static final String FIELD_MANAGER = Labels.OPERATOR;

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;
  private final SecretMinting minting;
  private final Pruning pruning;
  private final Remembered remembered = new Remembered();
  private final ObjectMapper json = new ObjectMapper();

  /** An applier that has nothing remembered yet. */
  public Applier(KubernetesClient client, LiveView view, OwnWrites writes, SecretMinting minting) {
    this.client = client;
    this.view = view;
    this.writes = writes;
    this.minting = minting;
    this.pruning = new Pruning(client, view, writes);
  }

  /**
   * Brings the cluster to the plan as far as it can.
   *
   * @return what stood in the way; empty when all is as planned
   */
  public List<Problem> apply(Owner owner, HasMetadata primary, Plan plan) {
    Ownership ownership = Ownership.of(owner, primary);
    Lifeline lifeline = new Lifeline(client, primary);
    Optional<Problem> unminted = minting.mint(ownership, lifeline, plan.secrets());
    if (unminted.isPresent()) {
      return List.of(unminted.get());
    }
    List<Problem> problems = new ArrayList<>();
    for (HasMetadata desired : plan.resources()) {
      Reference reference = Reference.of(desired);
      Optional<Problem> problem;
      try {
        problem = applyOne(ownership, lifeline, desired, reference);
      } catch (KubernetesClientException e) {
        problem = Optional.of(ApiProblem.of(e, reference));
      }
      problem.ifPresent(problems::add);
      if (problem.filter(Problem.Transient.class::isInstance).isPresent()) {
        // What comes later in a plan may rest on what comes first.
        return problems;
      }
    }
    if (problems.isEmpty() && plan.isWhole()) {
      pruning.prune(ownership, plan).forEach(reference -> remembered.forget(owner, reference));
    }
    return problems;
  }

  /** The owner is gone. */
  public void forget(Owner owner) {
    remembered.forget(owner);
  }

  private Optional<Problem> applyOne(
      Ownership ownership, Lifeline lifeline, HasMetadata desired, Reference reference) {
    Optional<HasMetadata> live = view.find(reference);
    if (live.isEmpty()) {
      // Also finds what lost our label or was never ours: applying would take it over unseen.
      live = Optional.ofNullable(client.resource(desired).get());
      if (live.isEmpty() && !lifeline.holds()) {
        return Optional.of(Lifeline.OWNER_GONE);
      }
    }
    Optional<Problem> objection = live.flatMap(ownership::objection);
    if (objection.isPresent()) {
      return objection;
    }
    String hash = Hash.of(desired);
    if (live.isPresent() && settled(ownership.owner(), reference, desired, hash, live.get())) {
      return Optional.empty();
    }
    HasMetadata answer = write(hashed(desired, hash), hash, live);
    writes.remember(answer);
    remembered.put(
        ownership.owner(),
        reference,
        new Remembered.Facts(
            answer.getMetadata().getUid(),
            hash,
            answer.getMetadata().getResourceVersion(),
            new HashSet<>(Drift.between(tree(desired), tree(answer)))));
    return Optional.empty();
  }

  private HasMetadata write(HasMetadata desired, String hash, Optional<HasMetadata> live) {
    try {
      return client
          .resource(desired)
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 422 && live.filter(object -> wasApplied(object, hash)).isPresent()) {
        return replaceLists(desired, live.get());
      }
      throw e;
    }
  }

  /**
   * The API server took this very form before, so it is a stranger's change that contradicts it: an
   * apply keeps his item of a list next to ours. A merge patch replaces the whole list.
   */
  private HasMetadata replaceLists(HasMetadata desired, HasMetadata live) {
    desired.getMetadata().setResourceVersion(live.getMetadata().getResourceVersion());
    return client
        .resource(live)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client.getKubernetesSerialization().asJson(desired));
  }

  private static boolean wasApplied(HasMetadata live, String hash) {
    Map<String, String> annotations = live.getMetadata().getAnnotations();
    return annotations != null && hash.equals(annotations.get(Annotations.DESIRED_HASH));
  }

  private boolean settled(
      Owner owner, Reference reference, HasMetadata desired, String hash, HasMetadata live) {
    if (!wasApplied(live, hash)) {
      return false;
    }
    String uid = live.getMetadata().getUid();
    String version = live.getMetadata().getResourceVersion();
    Remembered.Facts facts = remembered.of(owner, reference);
    boolean known = facts != null && facts.concerns(uid, hash);
    if (known && Objects.equals(facts.settledVersion(), version)) {
      return true;
    }
    Set<Drift.Difference> tolerated = known ? facts.tolerated() : Set.of();
    if (!tolerated.containsAll(Drift.between(tree(desired), tree(live)))) {
      return false;
    }
    remembered.put(owner, reference, new Remembered.Facts(uid, hash, version, tolerated));
    return true;
  }

  private HasMetadata hashed(HasMetadata desired, String hash) {
    HasMetadata copy = client.getKubernetesSerialization().clone(desired);
    Map<String, String> annotations = new HashMap<>();
    if (copy.getMetadata().getAnnotations() != null) {
      annotations.putAll(copy.getMetadata().getAnnotations());
    }
    annotations.put(Annotations.DESIRED_HASH, hash);
    copy.getMetadata().setAnnotations(annotations);
    return copy;
  }

  private JsonNode tree(HasMetadata object) {
    return json.valueToTree(object);
  }
}
