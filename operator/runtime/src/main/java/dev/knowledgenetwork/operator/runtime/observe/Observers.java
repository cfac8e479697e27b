package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.util.List;
import java.util.Map;

/** Everything that is asked on behalf of the objects of one kind. */
public final class Observers<P> {

  private final List<Asked<P, ?, ?>> all;

  /** Those of a kind, each with a poller of its own. */
  public Observers(List<Asked<P, ?, ?>> all) {
    this.all = List.copyOf(all);
  }

  /** An observer with the poller that runs it. */
  public record Asked<P, D, V>(Observer<P, D, V> observer, Poller<D, V> poller) {

    private Facts add(Facts facts, P primary, Owner owner, Children children) {
      Map<Target, D> targets = observer.targets(primary, children);
      poller.keepOnly(owner, targets.keySet());
      targets.forEach(poller::watch);
      Facts more = facts;
      for (Target target : targets.keySet()) {
        more = more.with(observer.fact(), target, poller.latest(target));
      }
      return more;
    }
  }

  /** What is known now; makes known to the pollers whom to ask. */
  public Facts observe(P primary, Owner owner, Children children) {
    Facts facts = Facts.none();
    for (Asked<P, ?, ?> each : all) {
      facts = each.add(facts, primary, owner, children);
    }
    return facts;
  }

  /** Tells how busily to ask on behalf of an owner. */
  public void settled(Owner owner, boolean settled) {
    all.forEach(each -> each.poller().settled(owner, settled));
  }

  /** Asks at once, as after an action. */
  public void hurry(Owner owner) {
    all.forEach(each -> each.poller().hurry(owner));
  }

  /** Asks nothing more on behalf of an owner. */
  public void forget(Owner owner) {
    all.forEach(each -> each.poller().forget(owner));
  }
}
