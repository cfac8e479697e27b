package dev.knowledgenetwork.operator.runtime.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.runtime.connect.PatroniClient;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks Patroni for a shard's members and dynamic configuration: two small GETs; while nobody leads,
 * one more of each member that is stopped.
 */
public final class PatroniObserver implements Observer<ShardSet, Integer, PatroniView> {

  /** State of a member whose PostgreSQL does not run and is not being started. */
  private static final String STOPPED = "stopped";

  private final PatroniClient patroni;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks through that client. */
  public PatroniObserver(PatroniClient patroni) {
    this.patroni = patroni;
  }

  @Override
  public Fact<PatroniView> fact() {
    return PatroniView.FACT;
  }

  @Override
  public Map<Target, Integer> targets(ShardSet shardSet, Children children) {
    return ShardTargets.of(shardSet, children);
  }

  @Override
  public PatroniView ask(Target shard, Integer instances) throws IOException, InterruptedException {
    PatroniClient.Shard at = PatroniClient.Shard.of(shard, instances);
    JsonNode cluster = json.readTree(patroni.get(at, "/cluster"));
    List<Member> members = new ArrayList<>();
    for (JsonNode member : cluster.path("members")) {
      members.add(
          new Member(
              member.path("name").asText(),
              member.path("role").asText(),
              member.path("state").asText(),
              member.path("timeline").asLong()));
    }
    members.sort(Comparator.comparing(Member::name));
    boolean led = new PatroniView(members, Map.of()).leader().isPresent();
    if (!led) {
      for (int i = 0; i < members.size(); i++) {
        members.set(i, ofItself(at, members.get(i)));
      }
    }
    JsonNode config = configuration(at, led);
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

  /** There is none before the first database has been made, which Patroni tells as an error. */
  private JsonNode configuration(PatroniClient.Shard shard, boolean led)
      throws IOException, InterruptedException {
    try {
      return json.readTree(patroni.get(shard, "/config"));
    } catch (IOException none) {
      if (led) {
        throw none;
      }
      return json.createObjectNode();
    }
  }

  /** Whether it has a database at all is not told of others, and only of use while nobody leads. */
  private Member ofItself(PatroniClient.Shard shard, Member member) throws InterruptedException {
    if (!member.state().equals(STOPPED)) {
      return member;
    }
    try {
      String role =
          json.readTree(patroni.get(shard, member.name(), "/patroni")).path("role").asText();
      return role.equals(Member.UNINITIALIZED)
          ? new Member(member.name(), role, member.state(), member.timeline())
          : member;
    } catch (IOException silent) {
      // Nothing is concluded from silence.
      return member;
    }
  }

  @Override
  public void forget(Owner owner) {
    patroni.forget(owner);
  }
}
