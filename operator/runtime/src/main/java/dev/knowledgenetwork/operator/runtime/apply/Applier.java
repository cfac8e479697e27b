package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.operator.core.kind.Outcome;
import dev.knowledgenetwork.operator.core.kind.Outcome.Result;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * Applies a plan: mints Secrets and keeps them true, then applies what is absent, planned
 * differently or drifted, then prunes. A settled plan costs no request at all; a new object costs
 * one read (to see that its name is free) and one write.
 */
public final class Applier {

  /** The field manager of everything that the operator applies. */
  public static final String FIELD_MANAGER = Labels.OPERATOR;

  private final KubernetesClient client;
  private final LiveView view;
  private final SecretMinting minting;
  private final ObjectApplier objects;
  private final Pruning pruning;

  /** An applier that has nothing remembered yet. */
  public Applier(KubernetesClient client, LiveView view, OwnWrites writes, SecretMinting minting) {
    this.client = client;
    this.view = view;
    this.minting = minting;
    this.objects = new ObjectApplier(client, writes);
    this.pruning = new Pruning(client, view, writes);
  }

  /** Brings the cluster to the plan as far as it can, and says what became of it. */
  public Outcome apply(Owner owner, HasMetadata primary, Plan plan) {
    Ownership ownership = Ownership.of(owner, primary);
    OwnerLiveness liveness = new OwnerLiveness(client, primary);
    Outcome.Builder outcome = new Outcome.Builder();
    minting.mint(ownership, liveness, plan.secrets(), outcome);
    boolean stopped = !outcome.clean();
    for (HasMetadata desired : plan.resources()) {
      Reference reference = Reference.of(desired);
      Result result =
          stopped
              ? unwritten(owner, desired, reference)
              : written(ownership, liveness, desired, reference);
      outcome.put(reference, result);
      // What comes later in a plan may rest on what comes first.
      stopped |= result instanceof Result.Refused(Problem.Transient problem);
    }
    pruning.prune(ownership, plan, outcome);
    ForeignEndpoints.of(plan, view).forEach(outcome::add);
    Outcome all = outcome.build();
    all.results().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Result.Deleted)
        .forEach(entry -> objects.forget(owner, entry.getKey()));
    return all;
  }

  /** The owner is gone. */
  public void forget(Owner owner) {
    minting.forget(owner);
    objects.forget(owner);
  }

  private Result unwritten(Owner owner, HasMetadata desired, Reference reference) {
    return view.find(reference).filter(live -> objects.settled(owner, desired, live)).isPresent()
        ? new Result.Unchanged()
        : new Result.Postponed();
  }

  private Result written(
      Ownership ownership, OwnerLiveness liveness, HasMetadata desired, Reference reference) {
    try {
      Optional<HasMetadata> live = view.find(reference);
      if (live.isEmpty()) {
        // Also finds what lost our label or was never ours: applying would take it over unseen.
        live = Optional.ofNullable(client.resource(desired).get());
      }
      if (live.isEmpty()) {
        return liveness.alive()
            ? objects.create(ownership.owner(), desired)
            : new Result.Refused(OwnerLiveness.OWNER_GONE);
      }
      if (KnObject.unreadable(live.get()).isPresent()) {
        // What of it would be ours to change cannot be told; the plan says that it waits.
        return new Result.Postponed();
      }
      Optional<Problem> objection = ownership.objection(live.get());
      return objection.isPresent()
          ? new Result.Refused(objection.get())
          : objects.bring(ownership.owner(), desired, live.get());
    } catch (KubernetesClientException e) {
      return new Result.Refused(ApiProblem.of(e, reference));
    }
  }
}
