package dev.knowledgenetwork.crds.cachetier;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A level of the cache. */
public enum CacheLevel {
  @JsonProperty("L1")
  L1,
  @JsonProperty("L2")
  L2
}
