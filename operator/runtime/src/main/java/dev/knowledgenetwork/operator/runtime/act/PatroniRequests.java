package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.plan.Action.PatchPatroniConfig;
import dev.knowledgenetwork.operator.core.plan.Action.Switchover;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.observe.PatroniClient;
import java.io.IOException;
import java.util.Map;

/** What is asked of Patroni: one request for an action. */
final class PatroniRequests {

  private final PatroniClient patroni;
  private final Primaries primaries;
  private final ObjectMapper json = new ObjectMapper();

  PatroniRequests(PatroniClient patroni, Primaries primaries) {
    this.patroni = patroni;
    this.primaries = primaries;
  }

  private interface Request {
    void send() throws IOException, InterruptedException;
  }

  /** Changes its dynamic configuration: one small PATCH. */
  void run(PatchPatroniConfig action) throws ActionFailed {
    int instances =
        primaries
            .shardSet(action.namespace(), action.shardSet())
            .map(shardSet -> shardSet.getSpec().instances())
            .orElse(1);
    PatroniClient.Shard shard =
        new PatroniClient.Shard(action.namespace(), action.shardSet(), action.shard(), instances);
    send(
        () -> patroni.patch(shard, "/config", json.writeValueAsString(action.changes())),
        "PatroniSilent",
        action.shard(),
        "did not take a change of its configuration");
  }

  /**
   * Has another instance made the primary: one POST, which returns once the new one leads. Patroni
   * refuses where the old one leads no longer or the new one could lose something.
   */
  void run(Switchover action) throws ActionFailed {
    String leader = action.leader();
    int upToLeader = Integer.parseInt(leader.substring(leader.lastIndexOf('-') + 1)) + 1;
    PatroniClient.Shard shard =
        new PatroniClient.Shard(action.namespace(), action.shardSet(), action.shard(), upToLeader);
    send(
        () ->
            patroni.switchover(
                shard,
                json.writeValueAsString(Map.of("leader", leader, "candidate", action.candidate()))),
        "SwitchoverRefused",
        action.shard(),
        "did not hand over from " + leader + " to " + action.candidate());
  }

  private static void send(Request request, String reason, String shard, String what)
      throws ActionFailed {
    try {
      request.send();
    } catch (IOException e) {
      throw failed(reason, shard, what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(reason, shard, what, e);
    }
  }

  private static ActionFailed failed(String reason, String shard, String what, Exception cause) {
    return new ActionFailed(
        reason,
        "Patroni of shard "
            + shard
            + " "
            + what
            + ". It is tried again; if this lasts, look at the log of the shard's pods.",
        cause);
  }
}
