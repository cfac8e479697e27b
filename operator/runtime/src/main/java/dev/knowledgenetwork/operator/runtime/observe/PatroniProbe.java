package dev.knowledgenetwork.operator.runtime.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks Patroni for a shard's members and dynamic configuration: two small GETs. */
public final class PatroniProbe implements Poller.Probe<Target.Shard, PatroniView> {

  private final PatroniClient patroni;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks through that client. */
  public PatroniProbe(PatroniClient patroni) {
    this.patroni = patroni;
  }

  @Override
  public PatroniView ask(Target.Shard shard) throws IOException, InterruptedException {
    PatroniClient.Shard at =
        new PatroniClient.Shard(
            shard.owner().namespace(), shard.owner().name(), shard.part(), shard.instances());
    JsonNode cluster = json.readTree(patroni.get(at, "/cluster"));
    JsonNode config = json.readTree(patroni.get(at, "/config"));
    List<PatroniView.Member> members = new ArrayList<>();
    for (JsonNode member : cluster.path("members")) {
      members.add(
          new PatroniView.Member(
              member.path("name").asText(),
              member.path("role").asText(),
              member.path("state").asText()));
    }
    members.sort(Comparator.comparing(PatroniView.Member::name));
    Map<String, Object> settings = new LinkedHashMap<>();
    config
        .properties()
        .forEach(
            setting -> {
              if (!setting.getValue().isNull()) {
                settings.put(setting.getKey(), json.convertValue(setting.getValue(), Object.class));
              }
            });
    return new PatroniView(members, settings);
  }

  @Override
  public void forget(Owner owner) {
    patroni.forget(owner);
  }
}
