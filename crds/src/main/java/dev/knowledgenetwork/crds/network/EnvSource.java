package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where the value of a variable comes from. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.secretKeyRef) != has(self.configMapKeyRef)",
    message = "env.valueFrom has either secretKeyRef or configMapKeyRef")
public record EnvSource(
    @JsonPropertyDescription("A key of a Secret, read when a pod starts.")
        @Nullable KeyReference secretKeyRef,
    @JsonPropertyDescription("A key of a ConfigMap, read when a pod starts.")
        @Nullable KeyReference configMapKeyRef) {}
