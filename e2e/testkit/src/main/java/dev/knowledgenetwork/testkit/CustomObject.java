package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** One custom object in the cluster, read live at every call. */
public final class CustomObject {

  private final KubernetesClient client;
  private final ResourceDefinitionContext context;
  private final String namespace;
  private final String name;

  CustomObject(
      KubernetesClient client, ResourceDefinitionContext context, String namespace, String name) {
    this.client = client;
    this.context = context;
    this.namespace = namespace;
    this.name = name;
  }

  private Resource<GenericKubernetesResource> resource() {
    return client.genericKubernetesResources(context).inNamespace(namespace).withName(name);
  }

  public Optional<GenericKubernetesResource> get() {
    return Optional.ofNullable(resource().get());
  }

  public void delete() {
    resource().delete();
  }

  /** A JSON merge patch, as {@code kubectl patch --type merge}. */
  public void patch(String json) {
    resource().patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** The value at a dotted path of the object ({@code status.clusterId}), or null. */
  public @Nullable Object at(String path) {
    return get().map(object -> (Object) object.get((Object[]) path.split("\\."))).orElse(null);
  }

  /** The condition of that type, where the status has it. */
  public Optional<Map<String, Object>> condition(String type) {
    return conditions().stream().filter(c -> type.equals(c.get("type"))).findFirst();
  }

  /** The message of the condition of that type; empty where the status does not have it. */
  public String message(String type) {
    return condition(type).map(c -> String.valueOf(c.get("message"))).orElse("");
  }

  /** The reason of the condition of that type; empty where the status does not have it. */
  public String reason(String type) {
    return condition(type).map(c -> String.valueOf(c.get("reason"))).orElse("");
  }

  @SuppressWarnings("unchecked")
  public List<Map<String, Object>> conditions() {
    return Objects.requireNonNullElse(
        (List<Map<String, Object>>) at("status.conditions"), List.of());
  }

  /** True when the condition has that status and speaks of the newest generation. */
  public boolean is(String type, String status) {
    Object generation = get().map(object -> object.getMetadata().getGeneration()).orElse(null);
    return condition(type)
        .filter(c -> status.equals(c.get("status")))
        .filter(c -> Objects.equals(asLong(c.get("observedGeneration")), asLong(generation)))
        .isPresent();
  }

  /** Waits for {@code Ready=True} on the newest generation; a time-out shows the conditions. */
  public void awaitReady(Duration atMost) {
    await("Ready=True", atMost, object -> object.is("Ready", "True"));
  }

  /** Waits for something to become true of the object. */
  public void await(String what, Duration atMost, Predicate<CustomObject> condition) {
    try {
      Awaitility.await(what)
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(() -> condition.test(this));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s %s/%s: no %s within %s; conditions: %s"
              .formatted(context.getKind(), namespace, name, what, atMost, conditions()),
          e);
    }
  }

  private static @Nullable Long asLong(@Nullable Object number) {
    return number instanceof Number n ? Long.valueOf(n.longValue()) : null;
  }
}
