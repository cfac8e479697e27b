package dev.knowledgenetwork.crds.shardset;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Names of the Secrets that an application mounts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ShardSetBinding(
    @JsonPropertyDescription(
            "Secret with type, provider, host, port, database, username, password, uri and ca.crt,"
                + " as the Service Binding specification has it: the pooler, and behind it the"
                + " first shard. An application on several shards reads the topology too.")
        @Size(max = 63)
        String name,
    @JsonPropertyDescription("Topology document and authority: topology.json, ca.crt.")
        @Size(max = 63)
        String topologySecret,
    @JsonPropertyDescription("Login of the application at run time: username, password.")
        @Size(max = 63)
        String appSecret,
    @JsonPropertyDescription("Login for schema migrations: username, password.") @Size(max = 63)
        String migrateSecret,
    @JsonPropertyDescription(
            "Changes with the login of the application, once all databases take it.")
        @Size(max = 63)
        @Nullable String secretHash) {}
