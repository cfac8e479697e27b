package dev.knowledgenetwork.crds.generate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the generator has no annotation for: category, order of columns, list types, form of
 * quantities, descriptions of spec and status, defaults in descriptions. It also drops rules that
 * the generator emits twice.
 */
final class SchemaFinish implements CRDPostProcessor {

  private static final long QUANTITY_LENGTH = 32;
  private static final String QUANTITY =
      "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][0-9]+)?$";
  private static final Map<String, String> MAP_LISTS =
      Map.of(
          "conditions", "type",
          "shards", "name",
          "members", "name",
          "env", "name",
          "imagePullSecrets", "name",
          "topologySpread", "topologyKey");

  /** Fields that hold a time as text. */
  private static final Set<String> TIMES = Set.of("lastTransitionTime", "since");

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "ShardSet",
          "Sharded PostgreSQL: shards of replicated instances, a pooler, credentials, a topology.",
          "CacheTier",
          "A cache in two levels: in each application pod, and one that all pods share.",
          "KnowledgeNetwork",
          "A knowledge platform: the application, its database and its cache.");

  private final Map<String, Class<?>> types;

  SchemaFinish(List<Class<?>> types) {
    this.types =
        types.stream().collect(Collectors.toMap(Class::getSimpleName, Function.identity()));
  }

  @Override
  public HasMetadata process(HasMetadata resource, String version) {
    CustomResourceDefinition definition = (CustomResourceDefinition) resource;
    String kind = definition.getSpec().getNames().getKind();
    definition.getSpec().getNames().setCategories(List.of("knowledge"));
    for (CustomResourceDefinitionVersion each : definition.getSpec().getVersions()) {
      JSONSchemaProps root = each.getSchema().getOpenAPIV3Schema();
      root.setDescription(DESCRIPTIONS.get(kind));
      // A fact of the process that reads an object, see KnObject.
      root.getProperties().remove("unreadable");
      root.getProperties().get("spec").setDescription("What the " + kind + " is asked to be.");
      root.getProperties().get("status").setDescription("What the " + kind + " is.");
      root.getProperties().get("spec").setDefault(JsonNodeFactory.instance.objectNode());
      finish("", root);
      each.setAdditionalPrinterColumns(
          inDeclaredOrder(each.getAdditionalPrinterColumns(), types.get(kind)));
    }
    return definition;
  }

  private static List<CustomResourceColumnDefinition> inDeclaredOrder(
      List<CustomResourceColumnDefinition> columns, Class<?> type) {
    List<String> order =
        Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<CustomResourceColumnDefinition> sorted = new ArrayList<>(columns);
    sorted.sort(Comparator.comparingInt(column -> order.indexOf(column.getName())));
    return sorted;
  }

  private static void finish(String name, JSONSchemaProps schema) {
    Map<String, ValidationRule> rules = new LinkedHashMap<>();
    schema.getXKubernetesValidations().forEach(rule -> rules.putIfAbsent(rule.getRule(), rule));
    schema.setXKubernetesValidations(new ArrayList<>(rules.values()));
    if ("array".equals(schema.getType())) {
      finishList(name, schema);
    }
    if (schema.getAdditionalProperties() != null) {
      finish("", schema.getAdditionalProperties().getSchema());
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
      schema.setMaxLength(QUANTITY_LENGTH);
      schema.setPattern(QUANTITY);
    }
    if (TIMES.contains(name)) {
      schema.setFormat("date-time");
    }
    if (schema.getDescription() != null
        && schema.getDefault() != null
        && schema.getDefault().isValueNode()) {
      // kubectl explain shows no defaults.
      schema.setDescription(
          schema.getDescription() + " Default: " + schema.getDefault().asText() + ".");
    }
    schema.getProperties().forEach(SchemaFinish::finish);
  }

  private static void finishList(String name, JSONSchemaProps schema) {
    JSONSchemaProps items = schema.getItems().getSchema();
    String key = MAP_LISTS.get(name);
    if (key != null) {
      schema.setXKubernetesListType("map");
      schema.setXKubernetesListMapKeys(List.of(key));
    } else if ("string".equals(items.getType())) {
      schema.setXKubernetesListType("set");
    } else {
      schema.setXKubernetesListType("atomic");
    }
    schema.setUniqueItems(null);
    finish("", items);
  }
}
