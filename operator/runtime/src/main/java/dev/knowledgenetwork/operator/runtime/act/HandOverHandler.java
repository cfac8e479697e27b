package dev.knowledgenetwork.operator.runtime.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import java.io.IOException;
import java.util.Map;

/**
 * Has another instance made the primary: one POST, which returns once the new one leads. Patroni
 * refuses where the old one leads no longer or the new one could lose something.
 *
 * <p>What Patroni does not look at is asked of both first, two small GETs: whether the new one has
 * come to the timeline that the old one began when it was made the primary itself. Else both could
 * begin the same next one, and one of them could never follow the other.
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
      PatroniClient.Shard shard = PatroniClient.Shard.of(action.shard(), action.instances());
      long begun = timeline(shard, action.leader());
      long reached = timeline(shard, action.candidate());
      if (begun == 0 || begun != reached) {
        throw new IOException(
            "%s is on timeline %d, and %s on %d: it has to follow first"
                .formatted(action.leader(), begun, action.candidate(), reached));
      }
      patroni.switchover(
          shard,
          json.writeValueAsString(
              Map.of("leader", action.leader(), "candidate", action.candidate())));
    } catch (IOException e) {
      throw ActionFailed.of(
          ActionReason.SWITCHOVER_REFUSED,
          "Patroni of shard %s did not hand over from %s to %s"
              .formatted(action.shard().part(), action.leader(), action.candidate()),
          e);
    } catch (InterruptedException e) {
      throw ActionFailed.interrupted(e);
    }
  }

  /** By what the instance itself says, now: what others tell of it is seconds old. 0: unknown. */
  private long timeline(PatroniClient.Shard shard, String pod)
      throws IOException, InterruptedException {
    return json.readTree(patroni.get(shard, pod, "/patroni")).path("timeline").asLong();
  }
}
