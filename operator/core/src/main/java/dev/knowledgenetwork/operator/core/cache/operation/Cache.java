package dev.knowledgenetwork.operator.core.cache.operation;

import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Revision;
import dev.knowledgenetwork.operator.core.workload.Update;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Optional;

/**
 * A cache that the operator runs, as its operations see it.
 *
 * @param applied what its pod was given last; empty before there is one
 * @param update whether it gets what this version of the operator would give it
 */
public record Cache(Valkey valkey, Observed observed, Optional<Recipe> applied, Update update) {

  private static final String PART = "the cache";

  /** Cost: renders the recipe once. */
  public static Cache of(Valkey valkey, Observed observed, Images images, Approval approval) {
    Recipe plain = valkey.wanted(images);
    Optional<Recipe> applied =
        observed.children().applied(StatefulSet.class, valkey.name(), () -> plain);
    Recipe wanted = plain.withSecrets(valkey.secretsHash(observed.children()));
    return new Cache(
        valkey, observed, applied, Update.of(PART, wanted.shortId(), applied, wanted, approval));
  }

  /** Whether the pod is of the newest template. That of one which was taken back may be older. */
  boolean isReplaced() {
    Children children = observed.children();
    Optional<String> newest =
        children
            .find(StatefulSet.class, valkey.name())
            .filter(live -> !Valkey.isReplacing(live))
            .flatMap(Revision::newest);
    return newest.isPresent()
        && newest.equals(
            children
                .find(Pod.class, valkey.name() + "-0")
                .filter(pod -> !pod.isMarkedForDeletion())
                .flatMap(Revision::of));
  }
}
