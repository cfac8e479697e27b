package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The volume of each instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!quantity(string(self.size)).isLessThan(quantity('256Mi'))",
    message = "storage.size must be at least 256Mi")
@ValidationRule(
    value =
        "has(self.storageClassName) == has(oldSelf.storageClassName) && "
            + "(!has(self.storageClassName) || self.storageClassName == "
            + "oldSelf.storageClassName)",
    message =
        "storage.storageClassName is immutable: create a new ShardSet with "
            + "the other class and move the data there")
public record Storage(
    @JsonPropertyDescription(
            "Size of the volume. It may grow where the storage class allows volume expansion.")
        @Default("10Gi")
        Quantity size,
    @JsonPropertyDescription("Storage class; absent: the default class of the cluster. Immutable.")
        @Size(min = 1, max = 253)
        @Nullable String storageClassName) {

  private static final Quantity SIZE = new Quantity("10Gi");

  public Storage {
    size = requireNonNullElse(size, SIZE);
  }

  /** 10Gi of the default class. */
  public static Storage defaults() {
    return new Storage(SIZE, null);
  }
}
