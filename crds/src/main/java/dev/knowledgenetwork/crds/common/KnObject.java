package dev.knowledgenetwork.crds.common;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the three kinds share. An object can be newer than these types, for its definition may be:
 * then it is unreadable. It has its metadata and conditions and no spec, and says what is not
 * understood. That is a fact of this process; the API server knows no such field.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public abstract class KnObject<S, T extends Conditioned> extends CustomResource<S, T>
    implements Namespaced {

  private @Nullable String unreadable;

  /** The first field that is not understood, with its value; null where all is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public @Nullable String getUnreadable() {
    return unreadable;
  }

  /** Marks the object, and drops a spec that would be taken for what its user asks for. */
  public void setUnreadable(String field) {
    unreadable = field;
    spec = null;
  }

  /** What is not understood of an object; empty where all is, and for objects of other kinds. */
  public static Optional<String> unreadable(HasMetadata object) {
    return object instanceof KnObject<?, ?> ours
        ? Optional.ofNullable(ours.unreadable)
        : Optional.empty();
  }
}
