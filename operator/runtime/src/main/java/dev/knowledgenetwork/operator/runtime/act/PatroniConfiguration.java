package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.plan.Action.PatchPatroniConfig;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.observe.PatroniClient;
import java.io.IOException;

/** Changes Patroni's dynamic configuration: one small PATCH. */
final class PatroniConfiguration {

  private final PatroniClient patroni;
  private final Primaries primaries;
  private final ObjectMapper json = new ObjectMapper();

  PatroniConfiguration(PatroniClient patroni, Primaries primaries) {
    this.patroni = patroni;
    this.primaries = primaries;
  }

  void run(PatchPatroniConfig action) throws ActionFailed {
    int instances =
        primaries
            .shardSet(action.namespace(), action.shardSet())
            .map(shardSet -> shardSet.getSpec().instances())
            .orElse(1);
    try {
      patroni.patch(
          new PatroniClient.Shard(action.namespace(), action.shardSet(), action.shard(), instances),
          "/config",
          json.writeValueAsString(action.changes()));
    } catch (IOException e) {
      throw failed(action, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(action, e);
    }
  }

  private static ActionFailed failed(PatchPatroniConfig action, Exception cause) {
    return new ActionFailed(
        "PatroniSilent",
        "Patroni of shard "
            + action.shard()
            + " did not take a change of its configuration. It is tried again; if this lasts, look"
            + " at the log of the shard's pods.",
        cause);
  }
}
