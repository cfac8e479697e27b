package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import java.time.InstantSource;

/** What the reconcilers of all kinds share. */
public record Platform(
    Attention attention,
    Execution execution,
    StatusBoard board,
    Teardown teardown,
    OperatorMetrics metrics,
    InstantSource clock) {}
