package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import java.io.IOException;
import java.util.Map;

/**
 * Has another instance made the primary: one POST, which returns once the new one leads. Patroni
 * refuses where the old one leads no longer or the new one could lose something.
 */
public final class HandOverHandler implements ActionHandler<HandOver> {

  private final PatroniClient patroni;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks through that client. */
  public HandOverHandler(PatroniClient patroni) {
    this.patroni = patroni;
  }

  @Override
  public Class<HandOver> type() {
    return HandOver.class;
  }

  @Override
  public void run(HandOver action) throws ActionFailed {
    try {
      patroni.switchover(
          PatroniClient.Shard.of(action.shard(), action.instances()),
          json.writeValueAsString(
              Map.of("leader", action.leader(), "candidate", action.candidate())));
    } catch (IOException e) {
      throw ActionFailed.of(
          "SwitchoverRefused",
          "Patroni of shard %s did not hand over from %s to %s"
              .formatted(action.shard().part(), action.leader(), action.candidate()),
          e);
    } catch (InterruptedException e) {
      throw ActionFailed.interrupted(e);
    }
  }
}
