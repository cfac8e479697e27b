package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.network.EnvSource;
import dev.knowledgenetwork.crds.network.EnvVariable;
import dev.knowledgenetwork.crds.network.KeyReference;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a spec adds to the environment of the application; values of Secrets are only named. */
final class AppEnvironment {

  private AppEnvironment() {}

  /** As containers have them, in the order of the spec. */
  static List<EnvVar> asked(List<EnvVariable> variables) {
    return variables.stream()
        .map(
            variable ->
                new EnvVarBuilder()
                    .withName(variable.name())
                    .withValue(variable.value())
                    .withValueFrom(source(variable.valueFrom()))
                    .build())
        .toList();
  }

  private static @Nullable EnvVarSource source(@Nullable EnvSource source) {
    if (source == null) {
      return null;
    }
    KeyReference secret = source.secretKeyRef();
    KeyReference map = source.configMapKeyRef();
    return secret != null
        ? new EnvVarSourceBuilder()
            .withNewSecretKeyRef(secret.key(), secret.name(), optional(secret))
            .build()
        : map == null
            ? null
            : new EnvVarSourceBuilder()
                .withNewConfigMapKeyRef(map.key(), map.name(), optional(map))
                .build();
  }

  private static @Nullable Boolean optional(KeyReference reference) {
    return reference.optional() ? Boolean.TRUE : null;
  }
}
