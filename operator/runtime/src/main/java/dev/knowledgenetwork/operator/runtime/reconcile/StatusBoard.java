package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.apply.ApiProblem;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.report.Reporter;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** Writes statuses where they changed, and tells people what a change means. */
public record StatusBoard(StatusWriter statuses, Reporter reporter, Attention attention) {

  private static final int GONE = 404;

  /** By a role, an admission policy, or the schema: no attempt that follows changes that. */
  private static final Set<Integer> REFUSED = Set.of(400, 403, 422);

  /**
   * Writes the status unless it is as before. What the change means is told first: whoever is
   * killed in between tells it again, and under the same name.
   *
   * @return the object with that status
   * @throws Gone when there is no such object any more
   * @throws TryAgain when the API server does not take it now
   */
  <P extends CustomResource<?, S>, S extends Conditioned> P write(
      Kind<P, S, ?> kind, Owner owner, P primary, S status, Context<P> context) {
    S before = primary.getStatus();
    if (status.equals(before)) {
      reporter.stands(owner, status);
      return primary;
    }
    P written =
        written(
            owner, primary, status, () -> statuses.write(primary, kind.blank(), status, context));
    if (KnObject.unreadable(written).isPresent()) {
      // It was changed meanwhile; nothing goes on from here.
      throw new TryAgain(StandardReason.UNREADABLE.text());
    }
    return written;
  }

  /**
   * Writes these conditions beside all else that the status says, unless they are there.
   *
   * @throws Gone when there is no such object any more
   * @throws TryAgain when the API server does not take it now
   */
  <P extends CustomResource<?, S>, S extends Conditioned> void add(
      Kind<P, S, ?> kind, Owner owner, P primary, S status, Context<P> context) {
    S before = primary.getStatus();
    if (before != null
        && before.conditions().containsAll(status.conditions())
        && Objects.equals(before.observedGeneration(), status.observedGeneration())) {
      reporter.stands(owner, before);
    } else {
      written(owner, primary, status, () -> statuses.add(primary, kind.blank(), status, context));
    }
  }

  private <P extends CustomResource<?, S>, S extends Conditioned> P written(
      Owner owner, P primary, S status, Supplier<P> write) {
    try {
      reporter.changing(owner, primary, primary.getStatus(), status);
      P written = write.get();
      reporter.stands(owner, status);
      // The framework hides our own writes from its listeners.
      attention.changed(owner);
      return written;
    } catch (KubernetesClientException e) {
      if (e.getCode() == GONE) {
        throw new Gone();
      }
      if (REFUSED.contains(e.getCode())) {
        reporter.unwritten(owner, primary, ApiProblem.of(e, Reference.of(primary)));
      }
      throw new TryAgain("StatusNotWritten");
    }
  }
}
