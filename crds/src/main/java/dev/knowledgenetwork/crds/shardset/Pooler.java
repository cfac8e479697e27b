package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.ImageName;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The PgBouncer deployment in front of all shards. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Pooler(
    @JsonPropertyDescription("Number of pooler pods.") @Default("2") @Min(1) @Max(10)
        Integer instances,
    @JsonPropertyDescription("Image of PgBouncer; absent: the operator's.")
        @Pattern(ImageName.PATTERN)
        @Size(max = ImageName.LENGTH)
        @Nullable String image,
    @JsonPropertyDescription(
            "What each pooler gets; absent: 25m and 32Mi requested, 1 CPU and 128Mi at most.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Resources resources) {

  /** Connections of clients that each pooler accepts. */
  public static final int MOST_CLIENTS = 2000;

  public Pooler {
    instances = requireNonNullElse(instances, 2);
    resources = requireNonNullElseGet(resources, Resources::none);
  }

  /** So many poolers of the operator's image and sizes. */
  public static Pooler of(int instances) {
    return new Pooler(instances, null, Resources.none());
  }
}
