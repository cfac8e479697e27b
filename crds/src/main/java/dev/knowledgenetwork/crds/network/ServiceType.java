package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a Service is reached. */
public enum ServiceType {
  @JsonProperty("ClusterIP")
  CLUSTER_IP,
  @JsonProperty("NodePort")
  NODE_PORT,
  @JsonProperty("LoadBalancer")
  LOAD_BALANCER
}
