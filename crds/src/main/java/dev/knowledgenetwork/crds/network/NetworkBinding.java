package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** How users reach the platform. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkBinding(
    @JsonPropertyDescription(
            "Secret with type, provider, host, port, uri and ca.crt, as the Service Binding"
                + " specification has it.")
        @Size(max = 63)
        String name,
    @JsonPropertyDescription("Address of the API inside the cluster.") @Size(max = 512) String url,
    @JsonPropertyDescription("Secret whose tls.crt or ca.crt is the authority to trust.")
        @Size(max = 63)
        String caSecret) {}
