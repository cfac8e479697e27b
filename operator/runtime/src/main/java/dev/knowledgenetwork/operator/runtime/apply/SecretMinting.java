package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates planned Secrets that do not exist. Only ever by POST: whatever happens at once or twice,
 * a Secret that exists keeps its content. One that an earlier owner of the same name controls
 * counts as not there yet: it is minted when the garbage collector has taken that one away.
 */
public final class SecretMinting {

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;
  private final SecretMint mint;

  /** Mints with that mint. */
  public SecretMinting(KubernetesClient client, LiveView view, OwnWrites writes, SecretMint mint) {
    this.client = client;
    this.view = view;
    this.writes = writes;
    this.mint = mint;
  }

  /**
   * Mints in the order of the plan, up to the first problem: what comes later is made from what
   * comes first, and a certificate of an authority that is being collected would be trusted by
   * nobody once that is made anew.
   */
  Optional<Problem> mint(Ownership ownership, OwnerLiveness liveness, List<PlannedSecret> secrets) {
    for (PlannedSecret planned : secrets) {
      Reference reference =
          new Reference("Secret", planned.metadata().getNamespace(), planned.metadata().getName());
      Optional<HasMetadata> live = view.find(reference);
      Optional<Problem> problem;
      try {
        problem =
            live.isPresent()
                ? ownership.controlledByAnother(live.get())
                : create(planned, reference, ownership, liveness);
      } catch (KubernetesClientException e) {
        problem = Optional.of(ApiProblem.of(e, reference));
      }
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<Problem> create(
      PlannedSecret planned, Reference reference, Ownership ownership, OwnerLiveness liveness) {
    if (!liveness.alive()) {
      return Optional.of(OwnerLiveness.OWNER_GONE);
    }
    return switch (mint.mint(
        planned, (secret, key) -> view.secret(reference.namespace(), secret, key))) {
      case SecretMint.Outcome.SourceMissing(String secret, String key) ->
          Optional.of(
              new Problem.WaitingFor(
                  StandardReason.SECRET_MISSING,
                  reference
                      + " is made from key "
                      + key
                      + " of Secret "
                      + secret
                      + ", which is not there. If it was deleted, restore it from a backup."));
      case SecretMint.Outcome.Minted(Secret secret) -> post(secret, reference, ownership);
    };
  }

  private Optional<Problem> post(Secret secret, Reference reference, Ownership ownership) {
    try {
      writes.remember(client.resource(secret).create());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      return adopt(secret, reference, ownership);
    }
  }

  /** Another operator made it a moment ago, or it is not ours at all. */
  private Optional<Problem> adopt(Secret secret, Reference reference, Ownership ownership) {
    Secret live = client.resource(secret).get();
    if (live == null) {
      return Optional.of(
          new Problem.Transient(
              ApplyReason.CONFLICT, reference + " has just gone; it is tried again."));
    }
    Optional<Problem> another = ownership.controlledByAnother(live);
    if (another.isPresent()) {
      return another;
    }
    Map<String, String> labels = live.getMetadata().getLabels();
    if (labels != null && Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))) {
      writes.remember(live);
      return Optional.empty();
    }
    return Optional.of(
        new Problem.InvalidSpec(
            StandardReason.NAME_TAKEN,
            "metadata.name",
            reference
                + " exists and is not the operator's. Delete or rename it, or give this object"
                + " another name."));
  }
}
