package dev.knowledgenetwork.operator.core.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Profile;

/** Specs as people write them, for tests. */
public final class NetworkSpecs {

  public static final String OIDC =
      """
      security:
        auth:
          mode: Oidc
          oidc:
            issuer: https://login.example.org/realms/kn
            jwksUri: https://login.example.org:8443/keys
      """;

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private NetworkSpecs() {}

  /** As people write it. */
  public static String text(Profile profile) {
    return YAML.convertValue(profile, String.class);
  }

  public static KnowledgeNetwork network(String spec) {
    try {
      return Networks.network(YAML.readValue(spec, KnowledgeNetworkSpec.class));
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(spec, failure);
    }
  }
}
