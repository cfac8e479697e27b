package dev.knowledgenetwork.crds.shardset;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How rows are spread over shards. */
public enum ShardingStrategy {
  @JsonProperty("Hash")
  HASH
}
