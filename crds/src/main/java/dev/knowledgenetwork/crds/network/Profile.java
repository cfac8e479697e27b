package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How large a platform is. */
public enum Profile {
  @JsonProperty("Development")
  DEVELOPMENT,
  @JsonProperty("Small")
  SMALL,
  @JsonProperty("Medium")
  MEDIUM
}
