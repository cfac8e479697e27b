package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView.Volume;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every instance that serves, replicas too, how full its file system is: once a minute a
 * connection and a {@code df} each, 50 a second with 1,000 shards of three instances. Figures of
 * the kubelet would cost nothing, and the right to read all that is known of all nodes.
 *
 * <p>An instance that has another certificate in its volume than it uses reads it on the way:
 * nobody else tells PostgreSQL of it.
 */
public final class StorageObserver
    implements Observer<ShardSet, StorageObserver.Instances, StorageView> {

  /**
   * The instances of a shard. What one told before counts on while it does not answer, or is not
   * asked because it does not serve: PostgreSQL that stopped for want of space cannot say so.
   *
   * @param serving those that are asked
   * @param away those that have a pod and do not serve
   */
  public record Instances(List<String> serving, List<String> away) {

    /** Copies the lists. */
    public Instances {
      serving = List.copyOf(serving);
      away = List.copyOf(away);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(StorageObserver.class);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration PACE = Duration.ofMinutes(1);

  /** The device, which may be named in any way, comes before the figures, in KiB. */
  private static final String QUERY =
      """
      select f[1]::bigint * 1024 as size, f[2]::bigint * 1024 as used, f[3]::bigint * 1024 as available
        from (select regexp_match(line, ' (\\d+) +(\\d+) +(\\d+) +\\d+% ') from kn.volume) df (f)
        where f is not null
      """;

  /** The time of a file is told in whole seconds: it was replaced at some moment of that second. */
  private static final String RELOAD =
      """
      select pg_reload_conf()
        from pg_stat_file(current_setting('ssl_cert_file'), true) f,
             lateral (select f.modification + interval '1 s') of_file (latest)
        where latest > pg_conf_load_time() and latest <= clock_timestamp()
      """;

  private final Databases databases;
  private final Map<Target, StorageView> told = new ConcurrentHashMap<>();

  /** Asks through these connections. */
  public StorageObserver(Databases databases) {
    this.databases = databases;
  }

  @Override
  public Fact<StorageView> fact() {
    return StorageView.FACT;
  }

  @Override
  public Map<Target, Instances> targets(ShardSet shardSet, Children children) {
    return ShardTargets.of(shardSet, children).keySet().stream()
        .collect(Collectors.toMap(Function.identity(), shard -> instances(children, shard)));
  }

  private static Instances instances(Children children, Target shard) {
    Map<String, String> labels =
        Labels.with(Blueprint.postgresSelector(shard.name()), Labels.SHARD, shard.part());
    Map<Boolean, List<String>> ready =
        children
            .all(Pod.class)
            .filter(pod -> pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
            .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
            .collect(
                Collectors.partitioningBy(
                    Readiness::isReady,
                    Collectors.mapping(pod -> pod.getMetadata().getName(), Collectors.toList())));
    return new Instances(ready.get(true), ready.get(false));
  }

  @Override
  public StorageView ask(Target shard, Instances instances) {
    Map<String, Volume> before =
        Optional.ofNullable(told.get(shard)).map(StorageView::volumes).orElse(Map.of());
    Map<String, Volume> volumes = new TreeMap<>(before);
    volumes
        .keySet()
        .removeIf(name -> !instances.serving().contains(name) && !instances.away().contains(name));
    for (String instance : instances.serving()) {
      try (Connection connection = databases.open(shard, instance, Names.DATABASE, ANSWER)) {
        volumes.put(instance, volume(connection, Optional.ofNullable(before.get(instance))));
      } catch (SQLException e) {
        LOG.debug("{} does not tell how full its volume is: {}", instance, e.getSQLState());
      }
    }
    StorageView view = new StorageView(volumes);
    told.put(shard, view);
    return view;
  }

  private static Volume volume(Connection connection, Optional<Volume> before) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(RELOAD);
      try (ResultSet row = statement.executeQuery(QUERY)) {
        if (!row.next()) {
          throw new SQLException("df told no figures");
        }
        return Volume.of(
            row.getLong("size"), row.getLong("used"), row.getLong("available"), before);
      }
    }
  }

  @Override
  public Optional<Duration> pace() {
    return Optional.of(PACE);
  }

  @Override
  public void forget(Owner owner) {
    told.keySet().removeIf(owner::has);
  }
}
