package dev.knowledgenetwork.crds.cachetier;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is dropped when memory is full; names as in Valkey. */
public enum EvictionPolicy {
  @JsonProperty("noeviction")
  NOEVICTION,
  @JsonProperty("allkeys-lru")
  ALLKEYS_LRU,
  @JsonProperty("allkeys-lfu")
  ALLKEYS_LFU,
  @JsonProperty("allkeys-random")
  ALLKEYS_RANDOM,
  @JsonProperty("volatile-lru")
  VOLATILE_LRU,
  @JsonProperty("volatile-lfu")
  VOLATILE_LFU,
  @JsonProperty("volatile-random")
  VOLATILE_RANDOM,
  @JsonProperty("volatile-ttl")
  VOLATILE_TTL
}
