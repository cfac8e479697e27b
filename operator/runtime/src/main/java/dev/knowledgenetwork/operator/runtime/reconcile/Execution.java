package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.act.ActionRunner;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import dev.knowledgenetwork.operator.runtime.kube.Owner;

/** What brings a plan about: the applier, the actions, and the book of what may go on. */
public record Execution(Applier applier, ActionRunner actions, ClaimBook claims) {

  /** The object is gone. */
  void forget(Owner owner) {
    applier.forget(owner);
    actions.forget(owner);
    claims.forget(owner);
  }
}
