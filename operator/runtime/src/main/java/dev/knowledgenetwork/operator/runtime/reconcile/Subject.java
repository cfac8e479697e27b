package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the kinds. All but {@link #observe}, {@link #pending} and {@link #settled}
 * are pure; none of them blocks.
 *
 * @param <P> the kind
 * @param <S> its status
 * @param <O> all that plan and status depend on
 */
interface Subject<P extends CustomResource<?, S>, S extends Conditioned, O> {

  OwnerKind kind();

  /** Gathers what memory holds, and makes known to pollers what they should ask. */
  O observe(P primary, Owner owner);

  /**
   * Whether something was asked for the first time and has not answered yet, as after a restart:
   * then nothing is concluded from its silence.
   */
  boolean pending(Owner owner);

  Plan plan(P primary, O observed, Instant now);

  /** The status that says what is, given what the plan and its application met. */
  S status(P primary, O observed, Plan plan, Instant now);

  /** A status that says nothing but these conditions. */
  S first(@Nullable Long generation, List<Condition> conditions);

  /** An object of the kind with neither metadata nor spec. */
  P blank();

  /** Tells pollers how busy to be. */
  void settled(Owner owner, boolean settled);
}
