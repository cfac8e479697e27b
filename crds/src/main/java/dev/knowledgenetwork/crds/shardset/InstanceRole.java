package dev.knowledgenetwork.crds.shardset;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An instance's part in its shard. */
public enum InstanceRole {
  @JsonProperty("Primary")
  PRIMARY,
  @JsonProperty("Replica")
  REPLICA,
  @JsonProperty("Unknown")
  UNKNOWN
}
