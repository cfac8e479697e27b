package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is in a namespace. */
public record Objects(KubernetesClient client) {

  /** Kind and name of all that has to do with the operator. */
  public Set<String> names(String namespace) {
    return all(namespace).map(Objects::name).collect(Collectors.toSet());
  }

  /** By kind and name: the uid, and of a Secret the content too. */
  public Map<String, String> secretsAndIdentities(String namespace) {
    return all(namespace)
        .collect(
            Collectors.toMap(
                Objects::name,
                object ->
                    object.getMetadata().getUid()
                        + (object instanceof Secret secret ? secret.getData().toString() : "")));
  }

  /** All that has to do with the operator. */
  public Stream<HasMetadata> all(String namespace) {
    return Kinds.ALL.stream()
        .flatMap(
            kind ->
                client.resources(kind).inNamespace(namespace).list().getItems().stream()
                    .map(HasMetadata.class::cast))
        .filter(object -> !object.getMetadata().getName().equals("kube-root-ca.crt"));
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
