package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import dev.knowledgenetwork.operator.runtime.observe.Databases;
import dev.knowledgenetwork.operator.runtime.observe.PatroniClient;
import java.security.SecureRandom;

/** Does an action, whatever kind it is of. Blocks until it is done or has failed. */
public final class Actions {

  private final DatabasePreparation preparation;
  private final PatroniRequests requests;

  /** Works through these connections, with credentials from there. */
  public Actions(
      Databases databases,
      PatroniClient patroni,
      SecretReader secrets,
      Primaries primaries,
      SecureRandom random) {
    this.preparation = new DatabasePreparation(databases, secrets, random);
    this.requests = new PatroniRequests(patroni, primaries);
  }

  void run(Action action) throws ActionFailed {
    switch (action) {
      case Action.PrepareDatabase prepare -> preparation.run(prepare);
      case Action.PatchPatroniConfig patch -> requests.run(patch);
      case Action.Switchover handOver -> requests.run(handOver);
    }
  }
}
