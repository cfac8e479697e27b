package dev.knowledgenetwork.operator.core.network.blueprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetBinding;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a workload runs on: its image and the names that it mounts. It is written, as a whole, into
 * an annotation of the Deployments when its schema is current. So what runs can be planned again,
 * unchanged, while a new release waits for its migration or a dependency is gone.
 *
 * @param image of the application
 * @param clusterId identity of the data that the schema was migrated on
 */
public record Release(
    String image, String clusterId, DatabaseBinding database, CacheBinding cache) {

  /** The annotation that holds the release. */
  public static final String ANNOTATION = Labels.DOMAIN + "release";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is mounted and configured of a ShardSet.
   *
   * @param secretHash of the login, which whoever runs is to meet as soon as the databases do; null
   *     where it was not told
   */
  public record DatabaseBinding(
      String shardSet,
      String topologySecret,
      String appSecret,
      String migrateSecret,
      int poolMin,
      int poolMax,
      @Nullable String secretHash) {}

  /**
   * What is mounted of a CacheTier.
   *
   * @param policyHash of the policy, which pods read only when they start; null where it was not
   *     told
   * @param secretHash of the login; null where it was not told
   * @param externalPorts of a cache that the operator does not run; empty for its own
   */
  public record CacheBinding(
      String cacheTier,
      String configMap,
      String secret,
      @Nullable String policyHash,
      @Nullable String secretHash,
      List<Integer> externalPorts) {

    public CacheBinding {
      externalPorts = List.copyOf(externalPorts);
    }
  }

  /** What the image would run on now; empty while a dependency has not said what to mount. */
  public static Optional<Release> of(
      String image, Optional<ShardSet> shardSet, Optional<CacheTier> cacheTier) {
    return shardSet.flatMap(
        shards ->
            cacheTier.flatMap(
                cache ->
                    database(shards)
                        .flatMap(
                            database ->
                                cache(cache)
                                    .map(
                                        tier ->
                                            new Release(
                                                image,
                                                shards.getStatus().clusterId(),
                                                database,
                                                tier)))));
  }

  /** The release that the workload was last given; empty before there is a workload. */
  public static Optional<Release> running(Children children) {
    return texts(children).sorted().flatMap(text -> read(text).stream()).findFirst();
  }

  /** Whether all of the workload was given that release: else it is being given another one. */
  public static boolean isOne(Children children, Release release) {
    return texts(children).allMatch(release.text()::equals);
  }

  private static Stream<String> texts(Children children) {
    return children
        .all(Deployment.class)
        .map(deployment -> deployment.getMetadata().getAnnotations())
        .filter(annotations -> annotations != null && annotations.containsKey(ANNOTATION))
        .map(annotations -> annotations.get(ANNOTATION));
  }

  /** The same with another image. */
  public Release with(String other) {
    return new Release(other, clusterId, database, cache);
  }

  /** The text of the annotation. */
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a record of plain values is always JSON", impossible);
    }
  }

  private static Optional<DatabaseBinding> database(ShardSet shardSet) {
    ShardSetStatus status = shardSet.getStatus();
    if (status == null || status.clusterId() == null || status.binding() == null) {
      return Optional.empty();
    }
    ShardSetBinding names = status.binding();
    Pool pool = shardSet.getSpec().pool();
    return Optional.of(
        new DatabaseBinding(
            shardSet.getMetadata().getName(),
            names.topologySecret(),
            names.appSecret(),
            names.migrateSecret(),
            pool.min(),
            pool.max(),
            names.secretHash()));
  }

  private static Optional<CacheBinding> cache(CacheTier tier) {
    CacheTierStatus status = tier.getStatus();
    if (status == null || status.binding() == null) {
      return Optional.empty();
    }
    ExternalCache external = tier.getSpec().l2().external();
    List<Integer> ports =
        external == null
            ? List.of()
            : external.endpoints().stream().map(Release::port).distinct().sorted().toList();
    return Optional.of(
        new CacheBinding(
            tier.getMetadata().getName(),
            status.binding().configMap(),
            status.binding().secret(),
            status.binding().policyHash(),
            status.binding().secretHash(),
            ports));
  }

  private static int port(String endpoint) {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }

  /** Somebody may have changed the annotation: what cannot be read counts as absent. */
  private static Optional<Release> read(String text) {
    try {
      Release release = JSON.readValue(text, Release.class);
      return release.complete() ? Optional.of(release) : Optional.empty();
    } catch (JsonProcessingException unreadable) {
      return Optional.empty();
    }
  }

  private boolean complete() {
    return image != null && clusterId != null && database != null && cache != null;
  }
}
