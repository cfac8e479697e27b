package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.workload.HttpsUrl;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Who may talk to the pods of the application, and to whom they may. */
public final class AppTraffic {

  private static final int POSTGRES_PORT = 5432;
  private static final int POOLER_PORT = 6432;
  private static final int VALKEY_PORT = 6379;

  private AppTraffic() {}

  /** The policy of a role. Direct connections to PostgreSQL are for news of the topology. */
  public static NetworkPolicy of(NetworkObjects objects, Role role, Release release) {
    List<NetworkPolicyIngressRule> ingress = new ArrayList<>();
    List<String> ranges = objects.network().getSpec().api().service().sourceRanges();
    if (role == Role.API && !ranges.isEmpty()) {
      ingress.add(Traffic.fromAnyPod(AppPod.HTTPS_PORT));
      ingress.add(Traffic.fromNetworks(ranges, AppPod.HTTPS_PORT));
    } else if (role.serving()) {
      ingress.add(Traffic.fromAnyone(AppPod.HTTPS_PORT));
    }
    ingress.add(Traffic.fromMonitoring(AppPod.MANAGEMENT_PORT));
    if (role == Role.API) {
      ingress.add(Traffic.fromOperator(objects.cluster(), AppPod.MANAGEMENT_PORT));
    }

    List<NetworkPolicyEgressRule> egress = new ArrayList<>(database(objects, release));
    egress.add(Traffic.toPods(pooler(release), POOLER_PORT));
    egress.addAll(cache(release.cache()));
    Oidc oidc = objects.network().getSpec().security().auth().oidc();
    if (oidc != null) {
      IntStream.concat(
              HttpsUrl.port(oidc.jwksUri()).stream(),
              oidc.ports().stream().mapToInt(Integer::intValue))
          .sorted()
          .distinct()
          .forEach(port -> egress.add(Traffic.toAnyone(port)));
    }
    return policy(objects, role.text(), ingress, egress);
  }

  /** The policy of migrations: databases only, and nobody calls them. */
  public static NetworkPolicy ofMigration(NetworkObjects objects, Release release) {
    return policy(objects, NetworkObjects.MIGRATE, List.of(), database(objects, release));
  }

  private static List<NetworkPolicyEgressRule> database(NetworkObjects objects, Release release) {
    return List.of(
        Traffic.toNameServers(objects.cluster()),
        Traffic.toPods(
            Labels.selector("postgres", Labels.SHARD_SET, release.database().shardSet()),
            POSTGRES_PORT));
  }

  private static Map<String, String> pooler(Release release) {
    return Labels.selector("pooler", Labels.SHARD_SET, release.database().shardSet());
  }

  /** Nobody knows the addresses of a cache outside: its ports must do. */
  private static List<NetworkPolicyEgressRule> cache(Release.CacheBinding cache) {
    return cache.externalPorts().isEmpty()
        ? List.of(
            Traffic.toPods(
                Labels.selector("valkey", Labels.CACHE_TIER, cache.cacheTier()), VALKEY_PORT))
        : cache.externalPorts().stream().map(Traffic::toAnyone).toList();
  }

  private static NetworkPolicy policy(
      NetworkObjects objects,
      String role,
      List<NetworkPolicyIngressRule> ingress,
      List<NetworkPolicyEgressRule> egress) {
    return new NetworkPolicyBuilder()
        .withMetadata(objects.metadata(role))
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(objects.selector(role))
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(ingress)
        .withEgress(egress)
        .endSpec()
        .build();
  }
}
