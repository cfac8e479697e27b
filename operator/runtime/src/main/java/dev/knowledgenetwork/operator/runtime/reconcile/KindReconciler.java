package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles the objects of one kind. A subclass only carries the annotations that the framework
 * reads from a class. Called on all events, deletions included.
 */
abstract class KindReconciler<P extends CustomResource<?, S>, S extends Conditioned, C>
    implements Reconciler<P> {

  private static final Logger LOG = LoggerFactory.getLogger(KindReconciler.class);

  private static final Duration NOT_OPEN = Duration.ofMillis(100);

  private final OwnerKind ownerKind;
  private final Reconciliation<P, S, C> reconciliation;
  private final Surroundings<P> surroundings;
  private final Platform platform;

  KindReconciler(Kind<P, S, C> kind, Surroundings<P> surroundings, Platform platform) {
    this.ownerKind = OwnerKind.of(kind.name());
    this.reconciliation = new Reconciliation<>(kind, surroundings, platform);
    this.surroundings = surroundings;
    this.platform = platform;
    platform.attention().know(ownerKind, kind);
  }

  @Override
  public final List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
    return platform.attention().connect(ownerKind, context);
  }

  @Override
  public final UpdateControl<P> reconcile(P primary, Context<P> context) {
    Owner owner = Owner.of(ownerKind, primary);
    platform.attention().begins(owner);
    try {
      return reconcile(owner, primary, context);
    } finally {
      platform.attention().ends();
    }
  }

  private UpdateControl<P> reconcile(Owner owner, P primary, Context<P> context) {
    if (!platform.attention().isOpen()) {
      return UpdateControl.<P>noUpdate().rescheduleAfter(NOT_OPEN);
    }
    if (context.isPrimaryResourceDeleted()) {
      return forgotten(owner);
    }
    Instant begin = platform.clock().instant();
    String outcome = "failed";
    try {
      Reconciliation.Result<P> result = reconciliation.run(owner, primary, context);
      outcome = result.outcome();
      return result.control();
    } catch (Gone gone) {
      outcome = "gone";
      return forgotten(owner);
    } catch (TryAgain | KubernetesClientException passing) {
      throw passing;
    } catch (RuntimeException fault) {
      LOG.error("{} generation {}", owner, primary.getMetadata().getGeneration(), fault);
      reconciliation.failed(owner, primary, context);
      throw fault;
    } finally {
      platform
          .metrics()
          .reconciled(ownerKind, outcome, Duration.between(begin, platform.clock().instant()));
    }
  }

  private UpdateControl<P> forgotten(Owner owner) {
    surroundings.observers().forget(owner);
    platform.execution().forget(owner);
    platform.board().reporter().forget(owner);
    reconciliation.forget(owner);
    return UpdateControl.noUpdate();
  }
}
