package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What Patroni does in one shard. */
final class Replication {

  private final String shard;
  private final Consumer<String> log;
  private PatroniView view;
  private String last = "";

  /** Nothing runs yet. */
  Replication(String shard, Map<String, Object> config, Consumer<String> log) {
    this.shard = shard;
    this.log = log;
    this.view = new PatroniView(List.of(), config);
  }

  PatroniView view() {
    return view;
  }

  /** As if all had come about that somebody wants to see. */
  void set(PatroniView seen) {
    view = seen;
    view.leader().map(Member::name).ifPresent(name -> last = name);
  }

  /** Follows the pods: whoever leads goes on, or one that followed leads, or who led last. */
  void live(List<Pod> pods) {
    List<String> ready =
        pods.stream().filter(Cluster::ready).map(pod -> pod.getMetadata().getName()).toList();
    Optional<String> leader =
        Optional.of(last)
            .filter(ready::contains)
            .or(
                () ->
                    view.members().stream()
                        .filter(member -> member.state().equals("streaming"))
                        .map(Member::name)
                        .filter(ready::contains)
                        .findFirst())
            .or(() -> ready.stream().filter(first -> last.isEmpty()).findFirst());
    leader.ifPresent(
        name -> {
          if (!last.isEmpty() && !last.equals(name)) {
            log.accept("%s: %s is lost, %s leads".formatted(shard, last, name));
          }
          last = name;
        });
    view =
        new PatroniView(
            pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> pod.getMetadata().getName())
                .map(name -> member(name, ready.contains(name), leader))
                .toList(),
            view.config());
  }

  private Member member(String name, boolean ready, Optional<String> leader) {
    if (leader.filter(name::equals).isPresent()) {
      return new Member(name, "leader", "running");
    }
    if (!ready) {
      return new Member(name, "replica", "starting");
    }
    boolean quorum = "quorum".equals(view.config().get("synchronous_mode"));
    return new Member(
        name, quorum ? "quorum_standby" : "replica", leader.isPresent() ? "streaming" : "running");
  }

  /** Refuses what Patroni refuses. */
  void handOver(HandOver action) {
    boolean leads = view.leader().map(Member::name).filter(action.leader()::equals).isPresent();
    boolean follows =
        view.members().stream()
            .filter(member -> member.name().equals(action.candidate()))
            .anyMatch(member -> member.state().equals("streaming"));
    if (leads && follows) {
      log.accept("%s: %s hands over to %s".formatted(shard, action.leader(), action.candidate()));
      last = action.candidate();
      view =
          new PatroniView(
              view.members().stream()
                  .map(
                      member ->
                          member(member.name(), member.running(), Optional.of(action.candidate())))
                  .toList(),
              view.config());
    }
  }

  /** A merge patch. */
  void patch(Map<String, Object> changes) {
    view = new PatroniView(view.members(), merged(view.config(), changes));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> merged(Map<String, Object> base, Map<String, Object> changes) {
    Map<String, Object> merged = new HashMap<>(base);
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            merged.remove(key);
          } else if (value instanceof Map<?, ?> inner
              && base.get(key) instanceof Map<?, ?> before) {
            merged.put(key, merged((Map<String, Object>) before, (Map<String, Object>) inner));
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }
}
