package dev.knowledgenetwork.operator.core.kind;

/** Types of conditions, as they are written. */
public enum ConditionType {
  READY("Ready"),
  RECONCILING("Reconciling"),
  STALLED("Stalled"),
  DEGRADED("Degraded"),
  TOPOLOGY_STABLE("TopologyStable"),
  STORAGE_OK("StorageOK"),
  UPDATE_AVAILABLE("UpdateAvailable"),
  MEMORY_OK("MemoryOK"),
  SHARDS_READY("ShardsReady"),
  CACHE_READY("CacheReady"),
  SCHEMA_CURRENT("SchemaCurrent"),
  WORKLOAD_READY("WorkloadReady"),
  DEPENDENCY_MISSING("DependencyMissing");

  private final String text;

  ConditionType(String text) {
    this.text = text;
  }

  /** As in the status. */
  public String text() {
    return text;
  }
}
