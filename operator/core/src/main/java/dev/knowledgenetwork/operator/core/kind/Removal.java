package dev.knowledgenetwork.operator.core.kind;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * The next step of taking an object down.
 *
 * @param remove to be deleted now; some may be on their way already
 * @param done nothing remains: the finalizer may go
 * @param message for a person: what is being waited for
 */
public record Removal(List<HasMetadata> remove, boolean done, String message) {

  /** Copies the list. */
  public Removal {
    remove = List.copyOf(remove);
  }

  /** Nothing remains. */
  public static Removal complete() {
    return new Removal(List.of(), true, "");
  }
}
