package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The definitions of a later version than the operator's, which let in more: any spec, and any
 * status but for the conditions. While it is open they are in force for all tests.
 */
public final class NewerDefinitions implements AutoCloseable {

  private static final List<String> NAMES =
      List.of(
          "knowledgenetworks.knowledgenetwork.dev",
          "shardsets.knowledgenetwork.dev",
          "cachetiers.knowledgenetwork.dev");

  private final KubernetesClient client;
  private final Map<String, CustomResourceDefinitionSpec> ours = new LinkedHashMap<>();

  /** Installs them; the API server serves them in a moment. */
  public NewerDefinitions(KubernetesClient client) {
    this.client = client;
    NAMES.forEach(name -> ours.put(name, definition(name).get().getSpec()));
    NAMES.forEach(name -> definition(name).edit(NewerDefinitions::newer));
  }

  private static CustomResourceDefinition newer(CustomResourceDefinition definition) {
    JSONSchemaProps root =
        definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    Map<String, JSONSchemaProps> properties = new LinkedHashMap<>(root.getProperties());
    JSONSchemaProps conditions = properties.get("status").getProperties().get("conditions");
    properties.put("spec", any(Map.of()));
    properties.put("status", any(Map.of("conditions", conditions)));
    root.setProperties(properties);
    // They are about fields that are any now.
    root.setXKubernetesValidations(List.of());
    return definition;
  }

  private static JSONSchemaProps any(Map<String, JSONSchemaProps> properties) {
    return new JSONSchemaPropsBuilder()
        .withType("object")
        .withXKubernetesPreserveUnknownFields(true)
        .withProperties(properties)
        .build();
  }

  private Resource<CustomResourceDefinition> definition(String name) {
    return client.apiextensions().v1().customResourceDefinitions().withName(name);
  }

  @Override
  public void close() {
    ours.forEach(
        (name, spec) ->
            definition(name)
                .edit(
                    live -> {
                      live.setSpec(spec);
                      return live;
                    }));
  }
}
