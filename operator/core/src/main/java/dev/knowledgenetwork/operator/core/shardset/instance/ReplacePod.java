package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import java.util.Set;

/**
 * Deletes a pod, so that its controller makes it anew from the template of now. Precondition: the
 * pod is still the very one that was seen, and has not become the primary since.
 *
 * @param owner of the pod
 * @param pod its name
 * @param uid of the pod that was seen
 * @param primary whether it was labelled as the primary when it was seen
 */
public record ReplacePod(Target owner, String pod, String uid, boolean primary) implements Action {

  @Override
  public Target target() {
    return Blueprint.instances(owner);
  }

  /** The pod would be made anew from a template that somebody else wrote a moment ago. */
  @Override
  public Set<Reference> restsOn() {
    return Set.of(
        new Reference("StatefulSet", owner.namespace(), Names.shard(owner.name(), owner.part())));
  }
}
