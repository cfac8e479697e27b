package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Optional;
import java.util.Set;

/**
 * One type of long or disruptive work. Pure: it reads its context and says what is next. Its
 * progress lives in the status of the object: so it goes on after a crash at any step, and every
 * step must bear being asked for again.
 *
 * @param <C> all that is known of the part that is worked on
 */
public interface Operation<C> {

  /** Its name in status, events and logs: {@code Switchover}. */
  String type();

  /**
   * The annotation by which people ask for it, with the name of a part as its value; empty where
   * the spec or the world does. Only what people ask for can be given up by annotation.
   */
  default Optional<String> annotation() {
    return Optional.empty();
  }

  /** Its place where two want the same. */
  Rank rank();

  /**
   * The names of its steps. One that stands in a status and is not among them was written by
   * another version of the operator: then the target is left as it is.
   */
  Set<String> steps();

  /**
   * Whether it is due: because the spec or a request calls for it, or because the world shows that
   * it had begun when a status was lost. Asked while it is not under way.
   */
  Optional<Beginning> begin(C context);

  /** What must not be touched by others during a step; granted all or none. */
  Set<Claim> claims(Target target, Step step);

  /**
   * Whether parts of the target may be away during a step, because of the step: then their absence
   * is no loss.
   */
  boolean disturbs(Step step);

  /**
   * What a step wants now. Asked on every pass while the operation is under way, also while it may
   * not go on: then only the holds and the objects of the answer count.
   */
  Turn next(C context, Step step, Intent intent);
}
