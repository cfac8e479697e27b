package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.act.ActionRunner;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import dev.knowledgenetwork.operator.runtime.health.Canary;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.Reporter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;

/** What every reconciliation works with. */
public record Tools(
    KubernetesClient client,
    Applier applier,
    ActionRunner actions,
    Reporter reporter,
    OperatorMetrics metrics,
    Canary canary,
    InstantSource clock) {}
