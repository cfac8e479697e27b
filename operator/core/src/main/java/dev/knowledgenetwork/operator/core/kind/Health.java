package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import java.util.Optional;

/**
 * What a kind finds of one of its objects; the standard conditions follow from it.
 *
 * @param serving whether users are served now; unknown before anything was made
 * @param readiness why they are, or are not
 * @param work what was asked for and is not complete yet
 * @param loss what was there and is not any more
 * @param stuck what only a person can get on, beside an invalid spec
 */
public record Health(
    ConditionStatus serving,
    Finding readiness,
    Optional<Finding> work,
    Optional<Finding> loss,
    Optional<Finding> stuck) {}
