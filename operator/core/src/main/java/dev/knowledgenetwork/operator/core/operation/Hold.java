package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;

/** That a template keeps a value for now, whatever the spec says. */
public record Hold<T>(Knob<T> knob, Target target, T value) {}
