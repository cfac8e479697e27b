package dev.knowledgenetwork.crds.cachetier;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Engines that the operator runs. */
public enum CacheEngine {
  @JsonProperty("Valkey")
  VALKEY
}
