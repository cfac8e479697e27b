package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.plan.Action.Switchover;
import dev.knowledgenetwork.operator.runtime.observe.PatroniClient;
import java.io.IOException;
import java.util.Map;

/**
 * Has Patroni make another instance the primary: one POST, which returns once the new one leads.
 * Patroni refuses where the old one leads no longer or the new one could lose something.
 */
final class PatroniSwitchover {

  private final PatroniClient patroni;
  private final ObjectMapper json = new ObjectMapper();

  PatroniSwitchover(PatroniClient patroni) {
    this.patroni = patroni;
  }

  void run(Switchover action) throws ActionFailed {
    int upToLeader =
        Integer.parseInt(action.leader().substring(action.leader().lastIndexOf('-') + 1)) + 1;
    try {
      patroni.switchover(
          new PatroniClient.Shard(
              action.namespace(), action.shardSet(), action.shard(), upToLeader),
          json.writeValueAsString(
              Map.of("leader", action.leader(), "candidate", action.candidate())));
    } catch (IOException e) {
      throw failed(action, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(action, e);
    }
  }

  private static ActionFailed failed(Switchover action, Exception cause) {
    return new ActionFailed(
        "SwitchoverRefused",
        "Patroni of shard "
            + action.shard()
            + " did not hand over from "
            + action.leader()
            + " to "
            + action.candidate()
            + ". It is tried again; if this lasts, look at the log of the shard's pods.",
        cause);
  }
}
