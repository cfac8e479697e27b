package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;

/**
 * Deletes a pod, so that its controller makes it anew from the template of now. Precondition: the
 * pod is still the very one that was seen.
 *
 * @param owner of the pod
 * @param pod its name
 * @param uid of the pod that was seen
 */
public record ReplacePod(Target owner, String pod, String uid) implements Action {

  @Override
  public Target target() {
    return owner.part(owner.part() + "/" + pod);
  }
}
