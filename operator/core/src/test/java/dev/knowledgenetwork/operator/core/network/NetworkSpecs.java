package dev.knowledgenetwork.operator.core.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;

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
    return Networks.network(read(spec, KnowledgeNetworkSpec.class));
  }

  /** Of a ShardSet. */
  public static ShardSetSpec shardSet(String spec) {
    return read(spec, ShardSetSpec.class);
  }

  private static <T> T read(String spec, Class<T> type) {
    try {
      return YAML.readValue(spec, type);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(spec, failure);
    }
  }
}
