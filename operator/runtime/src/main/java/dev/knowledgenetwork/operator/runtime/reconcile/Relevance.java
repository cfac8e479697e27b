package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.KnObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Which updates of a primary are worth a reconciliation: not those of its status, our own work,
 * unless they make it readable or unreadable. Public, with a constructor without arguments: the SDK
 * makes one for each controller.
 */
public final class Relevance implements OnUpdateFilter<HasMetadata> {

  @Override
  public boolean accept(HasMetadata now, HasMetadata before) {
    ObjectMeta after = now.getMetadata();
    ObjectMeta earlier = before.getMetadata();
    return !Objects.equals(after.getGeneration(), earlier.getGeneration())
        || !Objects.equals(after.getUid(), earlier.getUid())
        || !Objects.equals(after.getAnnotations(), earlier.getAnnotations())
        || !Objects.equals(after.getLabels(), earlier.getLabels())
        || !KnObject.unreadable(now).equals(KnObject.unreadable(before))
        || !Objects.equals(after.getFinalizers(), earlier.getFinalizers())
        || !Objects.equals(after.getDeletionTimestamp(), earlier.getDeletionTimestamp());
  }
}
