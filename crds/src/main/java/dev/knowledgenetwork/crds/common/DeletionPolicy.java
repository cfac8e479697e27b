package dev.knowledgenetwork.crds.common;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of data when its owner is deleted. */
public enum DeletionPolicy {
  @JsonProperty("Retain")
  RETAIN,
  @JsonProperty("Delete")
  DELETE
}
