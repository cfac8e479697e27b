package dev.knowledgenetwork.crds.shardset;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Major versions of PostgreSQL that the operator runs. */
public enum PostgresVersion {
  @JsonProperty("17")
  V17
}
