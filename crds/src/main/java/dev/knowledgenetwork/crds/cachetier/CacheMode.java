package dev.knowledgenetwork.crds.cachetier;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the engine is laid out. */
public enum CacheMode {
  @JsonProperty("Standalone")
  STANDALONE
}
