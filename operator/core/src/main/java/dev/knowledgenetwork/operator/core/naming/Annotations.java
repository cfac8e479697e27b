package dev.knowledgenetwork.operator.core.naming;

/** Keys of annotations. */
public final class Annotations {

  /** On every applied object: hash of the desired object. */
  public static final String DESIRED_HASH = Labels.DOMAIN + "desired-hash";

  /** On pod templates: hash of the configuration that only a restart brings into force. */
  public static final String CONFIG_HASH = Labels.DOMAIN + "config-hash";

  /** On pod templates: keyed hash of what is read of Secrets at the start and never again. */
  public static final String SECRETS_HASH = Labels.DOMAIN + "secrets-hash";

  /** Value true: the operator leaves the object's children alone. */
  public static final String PAUSED = Labels.DOMAIN + "paused";

  /** Any new value: look again now. */
  public static final String RECONCILE_NOW = Labels.DOMAIN + "reconcile-now";

  /** Value SHARD or SHARD#ANYTHING: make another instance of the shard its primary. */
  public static final String SWITCHOVER = Labels.DOMAIN + "switchover";

  /** Value SHARD or SHARD#ANYTHING: restart every instance of the shard. */
  public static final String RESTART = Labels.DOMAIN + "restart";

  /** Value TYPE/SHARD: give up that operation, as far as it still can be. */
  public static final String ABORT = Labels.DOMAIN + "abort";

  /** The ids of available updates, separated by commas: bring them into force now. */
  public static final String UPDATE = Labels.DOMAIN + "update";

  /** On workloads: all that was applied last, after its own hash. */
  public static final String APPLIED = Labels.DOMAIN + "applied";

  /** Finalizer of ShardSets and KnowledgeNetworks. */
  public static final String FINALIZER = Labels.DOMAIN + "cleanup";

  /** Keeps Kubernetes from collecting Endpoints that no Service stands behind. */
  public static final String NOT_LEFT_OVER = "control-plane.alpha.kubernetes.io/leader";

  /** Patroni's, on its configuration: the shard has been initialized; never again. */
  public static final String INITIALIZED = "initialize";

  /** On Patroni's configuration: when its first database was last begun anew. */
  public static final String BEGUN_ANEW = Labels.DOMAIN + "begun-anew";

  /** Patroni's, on its synchronous members: who led last. */
  public static final String LAST_LEADER = "leader";

  /** Patroni's, on its synchronous members: who may follow, separated by commas. */
  public static final String LAST_STANDBYS = "sync_standby";

  private Annotations() {}
}
