package dev.knowledgenetwork.operator.core.naming;

import java.util.List;
import java.util.stream.Stream;

/**
 * Names of everything that the operator makes. With names of owners of at most 40 characters all of
 * them stay within 63.
 */
public final class Names {

  /** The database in every shard. */
  public static final String DATABASE = "kn";

  private Names() {}

  /** Name of a shard by its ordinal. */
  public static String shard(int ordinal) {
    return "s" + ordinal;
  }

  /**
   * The StatefulSet of a shard; also its primary Service, ConfigMap, accounts and policies, its
   * Endpoints and Patroni's scope.
   */
  public static String shard(String shardSet, String shard) {
    return shardSet + "-" + shard;
  }

  /** A second one of what must not be missing for a moment. */
  public static String spare(String name) {
    return name + "-spare";
  }

  /** Service of a shard's replicas. */
  public static String replicas(String shardSet, String shard) {
    return shard(shardSet, shard) + "-ro";
  }

  /** Headless Service that gives each member its name. */
  public static String members(String shardSet, String shard) {
    return shard(shardSet, shard) + "-pods";
  }

  /**
   * Endpoints in which Patroni keeps its configuration, its synchronous members, and how far the
   * last primary had written.
   */
  public static List<String> patroniMemory(String shardSet, String shard) {
    return List.of(
        shard(shardSet, shard) + "-config",
        synchronousMembers(shardSet, shard),
        shard(shardSet, shard));
  }

  /** Endpoints in which Patroni keeps who may follow a shard's primary without loss. */
  public static String synchronousMembers(String shardSet, String shard) {
    return shard(shardSet, shard) + "-sync";
  }

  /** Server certificate of a shard. */
  public static String shardTls(String shardSet, String shard) {
    return shard(shardSet, shard) + "-tls";
  }

  /** Pod of a shard. */
  public static String instance(String shardSet, String shard, int ordinal) {
    return shard(shardSet, shard) + "-" + ordinal;
  }

  /** Authority of a ShardSet. */
  public static String databaseAuthority(String shardSet) {
    return shardSet + "-db-ca";
  }

  /** Logins of the operator and of Patroni, and the identity. */
  public static String superuser(String shardSet) {
    return shardSet + "-superuser";
  }

  /** Login of schema migrations. */
  public static String migrateLogin(String shardSet) {
    return shardSet + "-migrate";
  }

  /** Login of the application at run time. */
  public static String appLogin(String shardSet) {
    return shardSet + "-app";
  }

  /** The pooler's objects, its Secret too. */
  public static String pooler(String shardSet) {
    return shardSet + "-pooler";
  }

  /** The published topology. */
  public static String topology(String shardSet) {
    return shardSet + "-topology";
  }

  /** Name of a shard's database at the pooler. */
  public static String pooledDatabase(String shard) {
    return DATABASE + "_" + shard;
  }

  /**
   * What an application needs to reach the database, as the Service Binding specification has it.
   */
  public static String databaseBinding(String shardSet) {
    return shardSet + "-db-binding";
  }

  /** The Valkey's objects. */
  public static String valkey(String cacheTier) {
    return cacheTier + "-valkey";
  }

  /** Authority of a cache. */
  public static String cacheAuthority(String cacheTier) {
    return cacheTier + "-cache-ca";
  }

  /** What the cache's server mounts. */
  public static String cacheServer(String cacheTier) {
    return cacheTier + "-cache-server";
  }

  /** Login of the cache's clients. */
  public static String cacheLogin(String cacheTier) {
    return cacheTier + "-cache-auth";
  }

  /** What an application needs to reach the cache, as the Service Binding specification has it. */
  public static String cacheBinding(String cacheTier) {
    return cacheTier + "-cache-binding";
  }

  /** Policy and endpoints of the cache, for clients. */
  public static String cachePolicy(String cacheTier) {
    return cacheTier + "-cache";
  }

  /** The objects of a role of the application: api, realtime, worker, migrate. */
  public static String application(String network, String role) {
    return network + "-" + role;
  }

  /** Settings of the application. */
  public static String applicationSettings(String network) {
    return network + "-app";
  }

  /** What a client needs to reach the API, as the Service Binding specification has it. */
  public static String apiBinding(String network) {
    return network + "-api-binding";
  }

  /** Metrics of the API where its own Service leads in from outside. */
  public static String apiMetrics(String network) {
    return network + "-api-metrics";
  }

  /** Authority of the API's certificate. */
  public static String apiAuthority(String network) {
    return network + "-api-ca";
  }

  /** Certificate of the API. */
  public static String apiTls(String network) {
    return network + "-api-tls";
  }

  /** The key that signs development tokens. */
  public static String signingKey(String network) {
    return network + "-signing-key";
  }

  /** Job of a migration. */
  public static String migration(String network, String hash) {
    return network + "-migrate-" + hash;
  }

  /**
   * Every name by which a client may call Services: from their namespace, from another one, and
   * with the cluster's domain where it is the usual one. The last is for a port that is forwarded.
   */
  public static List<String> hosts(String namespace, String... services) {
    return Stream.concat(
            Stream.of(services)
                .flatMap(
                    service ->
                        Stream.of(
                            host(service, namespace),
                            host(service, namespace) + ".cluster.local",
                            service + "." + namespace,
                            service)),
            Stream.of("localhost"))
        .toList();
  }

  /** Host name of a Service, short enough for every cluster domain. */
  public static String host(String service, String namespace) {
    return service + "." + namespace + ".svc";
  }
}
