package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/**
 * The sizes that are in force. A release may bring other sizes for new networks as a new revision;
 * what runs keeps its own.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProfileState(
    @JsonPropertyDescription("Profile that the sizes are of.") @Required Profile name,
    @JsonPropertyDescription(
            "Revision of the profile's sizes: the newest one when the profile was chosen.")
        @Required
        @Min(1)
        Integer revision) {}
