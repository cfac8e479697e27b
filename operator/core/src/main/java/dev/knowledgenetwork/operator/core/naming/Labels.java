package dev.knowledgenetwork.operator.core.naming;

import java.util.LinkedHashMap;
import java.util.Map;

/** Labels: every key, and the sets that objects and selectors carry. */
public final class Labels {

  /** Prefix of all keys of the project. */
  public static final String DOMAIN = "knowledgenetwork.dev/";

  /** Key of the label that names the ShardSet that an object belongs to. */
  public static final String SHARD_SET = DOMAIN + "shardset";

  /** Key of the label that names the CacheTier that an object belongs to. */
  public static final String CACHE_TIER = DOMAIN + "cachetier";

  /** Key of the label that names the KnowledgeNetwork that an object belongs to. */
  public static final String NETWORK = DOMAIN + "network";

  /** Key of the label that names the shard: s0, s1, ... */
  public static final String SHARD = DOMAIN + "shard";

  /** Patroni's: which cluster a pod belongs to. */
  public static final String SCOPE = DOMAIN + "scope";

  /** Patroni's: primary or replica. */
  public static final String ROLE = DOMAIN + "role";

  /** On a Service without a selector: who keeps its Endpoints. */
  public static final String ENDPOINTS = DOMAIN + "endpoints";

  /** Value of {@link #ENDPOINTS} on the Service that leads to a shard's primary. */
  public static final String PATRONI = "patroni";

  /** Identity of the data on a claim, of the login in a Secret. */
  public static final String CLUSTER_ID = DOMAIN + "cluster-id";

  /** On pods that may reach the database and the pooler of the ShardSet that the value names. */
  public static final String DATABASE_CLIENT = DOMAIN + "database-client";

  /** On pods that may reach the cache of the CacheTier that the value names. */
  public static final String CACHE_CLIENT = DOMAIN + "cache-client";

  /** With value true on a Secret of a user that may be sent to a cache outside. */
  public static final String CACHE_LOGIN = DOMAIN + "cache-login";

  /** With value true on namespaces that may collect metrics. */
  public static final String METRICS = DOMAIN + "metrics";

  /** Key of what an object runs or serves. */
  public static final String NAME = "app.kubernetes.io/name";

  /** Key of the part of the platform. */
  public static final String COMPONENT = "app.kubernetes.io/component";

  /** Key of the platform's name. */
  public static final String PART_OF = "app.kubernetes.io/part-of";

  /** Key of who made the object. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Value of {@link #MANAGED_BY}, also the field manager. */
  public static final String OPERATOR = "knowledgenetwork-operator";

  /** Value of {@link #PART_OF}. */
  public static final String PLATFORM = "knowledge-network";

  private Labels() {}

  /** Which part of the platform an object belongs to. */
  public enum Component {
    DATABASE("database"),
    CACHE("cache"),
    APPLICATION("application");

    private final String text;

    Component(String text) {
      this.text = text;
    }
  }

  /**
   * All labels of an object.
   *
   * @param name what it runs or serves: postgres, pooler, valkey, api, realtime, worker, migrate
   * @param ownerKey one of {@link #SHARD_SET}, {@link #CACHE_TIER}, {@link #NETWORK}
   * @param owner name of the owner
   */
  public static Map<String, String> of(
      String name, Component component, String ownerKey, String owner) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(NAME, name);
    labels.put(COMPONENT, component.text);
    labels.put(PART_OF, PLATFORM);
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(ownerKey, owner);
    return Map.copyOf(labels);
  }

  /** The labels that select the pods of one workload; they never change. */
  public static Map<String, String> selector(String name, String ownerKey, String owner) {
    return Map.of(NAME, name, ownerKey, owner);
  }

  /** The labels with one more. */
  public static Map<String, String> with(Map<String, String> labels, String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(labels);
    more.put(key, value);
    return Map.copyOf(more);
  }
}
