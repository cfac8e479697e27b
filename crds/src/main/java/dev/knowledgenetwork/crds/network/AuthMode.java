package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose tokens the API accepts. */
public enum AuthMode {
  @JsonProperty("Development")
  DEVELOPMENT,
  @JsonProperty("Oidc")
  OIDC
}
