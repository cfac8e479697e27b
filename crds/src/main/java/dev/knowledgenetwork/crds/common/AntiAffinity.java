package dev.knowledgenetwork.crds.common;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether instances of one group may share a node. */
public enum AntiAffinity {
  @JsonProperty("Required")
  REQUIRED,
  @JsonProperty("Preferred")
  PREFERRED
}
