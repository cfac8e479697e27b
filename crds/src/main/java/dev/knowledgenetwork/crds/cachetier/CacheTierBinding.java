package dev.knowledgenetwork.crds.cachetier;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Names of the objects that an application mounts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheTierBinding(
    @JsonPropertyDescription(
            "Secret with type, provider, host, port, username, password, uri and ca.crt, as the"
                + " Service Binding specification has it; absent for an external cache.")
        @Size(max = 63)
        @Nullable String name,
    @JsonPropertyDescription("Policy and endpoints: cache.json.") @Size(max = 63) String configMap,
    @JsonPropertyDescription("Login: username, password and, with TLS, ca.crt.") @Size(max = 63)
        String secret,
    @JsonPropertyDescription("Changes with cache.json, which clients read only when they start.")
        @Size(max = 63)
        @Nullable String policyHash,
    @JsonPropertyDescription(
            "Changes with the login and its authority, once the cache takes it; absent for an"
                + " external cache.")
        @Size(max = 63)
        @Nullable String secretHash) {}
