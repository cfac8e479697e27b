package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import java.io.IOException;

/** Changes Patroni's dynamic configuration: one small PATCH. */
public final class PatchPatroniHandler implements ActionHandler<PatchPatroni> {

  private final PatroniClient patroni;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks through that client. */
  public PatchPatroniHandler(PatroniClient patroni) {
    this.patroni = patroni;
  }

  @Override
  public Class<PatchPatroni> type() {
    return PatchPatroni.class;
  }

  @Override
  public void run(PatchPatroni action) throws ActionFailed {
    try {
      patroni.patch(
          PatroniClient.Shard.of(action.shard(), action.instances()),
          "/config",
          json.writeValueAsString(action.changes()));
    } catch (IOException e) {
      throw ActionFailed.of(
          ActionReason.PATRONI_REFUSED,
          "Patroni of shard " + action.shard().part() + " did not take a change of its settings",
          e);
    } catch (InterruptedException e) {
      throw ActionFailed.interrupted(e);
    }
  }
}
