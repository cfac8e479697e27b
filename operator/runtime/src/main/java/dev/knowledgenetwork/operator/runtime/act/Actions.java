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
  private final PatroniConfiguration configuration;
  private final PatroniSwitchover switchover;

  /** Works through these connections, with credentials from there. */
  public Actions(
      Databases databases,
      PatroniClient patroni,
      SecretReader secrets,
      Primaries primaries,
      SecureRandom random) {
    this.preparation = new DatabasePreparation(databases, secrets, random);
    this.configuration = new PatroniConfiguration(patroni, primaries);
    this.switchover = new PatroniSwitchover(patroni);
  }

  void run(Action action) throws ActionFailed {
    switch (action) {
      case Action.PrepareDatabase prepare -> preparation.run(prepare);
      case Action.PatchPatroniConfig patch -> configuration.run(patch);
      case Action.Switchover handOver -> switchover.run(handOver);
    }
  }
}
