package dev.knowledgenetwork.operator.core.plan;

import dev.knowledgenetwork.operator.core.workload.Cluster;

/**
 * References of the images that the operator runs, complete with registry and tag or digest, and
 * the cluster that it runs them in.
 */
public record Images(String postgres17, String pooler, String valkey, String app, Cluster cluster) {

  /** In a cluster as most are. */
  public Images(String postgres17, String pooler, String valkey, String app) {
    this(postgres17, pooler, valkey, app, Cluster.standard());
  }
}
