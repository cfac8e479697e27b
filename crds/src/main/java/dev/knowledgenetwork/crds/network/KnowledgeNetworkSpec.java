package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.LocalReference;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** What a KnowledgeNetwork is asked to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record KnowledgeNetworkSpec(
    @JsonPropertyDescription("Size of what the spec does not say.") @Default("Development")
        Profile profile,
    @JsonPropertyDescription("The ShardSet to use; absent: one is made from the profile.")
        @Nullable LocalReference shardSet,
    @JsonPropertyDescription("The CacheTier to use; absent: one is made from the profile.")
        @Nullable LocalReference cacheTier,
    @JsonPropertyDescription("The role that serves REST.") ApiRole api,
    @JsonPropertyDescription("The role that serves collaboration.") AppRole realtime,
    @JsonPropertyDescription("The role that works in the background.") AppRole worker,
    @JsonPropertyDescription("Who may do what.") @Default("{}") Security security,
    @JsonPropertyDescription("How the platform is watched.") @Default("{}")
        Observability observability,
    @JsonPropertyDescription("Handed to the ShardSet that is made from the profile.")
        @Default("Retain")
        DeletionPolicy deletionPolicy) {

  public KnowledgeNetworkSpec {
    profile = requireNonNullElse(profile, Profile.DEVELOPMENT);
    api = requireNonNullElseGet(api, ApiRole::fromProfile);
    realtime = requireNonNullElseGet(realtime, AppRole::fromProfile);
    worker = requireNonNullElseGet(worker, AppRole::fromProfile);
    security = requireNonNullElseGet(security, () -> new Security(Auth.development()));
    observability = requireNonNullElseGet(observability, () -> new Observability(false));
    deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.RETAIN);
  }

  /** All defaults: profile Development. */
  public static KnowledgeNetworkSpec defaults() {
    return new KnowledgeNetworkSpec(
        Profile.DEVELOPMENT,
        null,
        null,
        ApiRole.fromProfile(),
        AppRole.fromProfile(),
        AppRole.fromProfile(),
        new Security(Auth.development()),
        new Observability(false),
        DeletionPolicy.RETAIN);
  }
}
